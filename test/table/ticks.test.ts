import { describe, expect, it } from "vitest";
import {
  addMonths, datetimeOf, dayOfWeek, dayOfYear, isoWeek, parseDatetime, parseTimespan, printDatetime, printTimespan,
  ticksFromUnixMs, unixMsFromTicks, binTicks, dateParts, MAX_DATETIME,
} from "../../src/table";

const reads = (text: string) => {
  const ticks = parseDatetime(text);
  return ticks === null ? null : printDatetime(ticks).replace(".0000000Z", "Z");
};

describe("datetimes are read", () => {
  it.each([
    // ISO 8601
    ["2014-05-25T08:20:03.123456Z", "2014-05-25T08:20:03.1234560Z"],
    ["2014-05-25T08:20:03.123456", "2014-05-25T08:20:03.1234560Z"],
    ["2014-05-25T08:20", "2014-05-25T08:20:00Z"],
    ["2014-11-08 15:55:55.123456Z", "2014-11-08T15:55:55.1234560Z"],
    ["2014-11-08 15:55", "2014-11-08T15:55:00Z"],
    ["2014-11-08", "2014-11-08T00:00:00Z"],
    ["2014-11-08T15:55:55+02:00", "2014-11-08T13:55:55Z"],
    ["2014-11-08T15:55:55-0530", "2014-11-08T21:25:55Z"],
    ["2014-11-08T24:00:00", "2014-11-09T00:00:00Z"],
    ["2021-01-01T00:00:00.12345678Z", "2021-01-01T00:00:00.1234567Z"],
    ["2014-11", "2014-11-01T00:00:00Z"],
    ["2014", "2014-01-01T00:00:00Z"],
    ["20141108", "2014-11-08T00:00:00Z"],
    ["20141108T155502Z", "2014-11-08T15:55:02Z"],
    // RFC 822
    ["Sat, 8 Nov 14 15:05:02 GMT", "2014-11-08T15:05:02Z"],
    ["Sat, 8 Nov 14 15:05:02", "2014-11-08T15:05:02Z"],
    ["Sat, 8 Nov 14 15:05", "2014-11-08T15:05:00Z"],
    ["8 Nov 14 15:05 GMT", "2014-11-08T15:05:00Z"],
    ["Sat, 08 Nov 2014 15:05:02 +0100", "2014-11-08T14:05:02Z"],
    // RFC 850
    ["Saturday, 08-Nov-14 15:05:02 GMT", "2014-11-08T15:05:02Z"],
    ["Saturday, 08-Nov-14 15:05", "2014-11-08T15:05:00Z"],
    ["08-Nov-14 15:05:02", "2014-11-08T15:05:02Z"],
    // sortable
    ["2014-11-08 15:05:25 GMT", "2014-11-08T15:05:25Z"],
    // month first
    ["12-02-2022", "2022-12-02T00:00:00Z"],
    ["1/15/2024 12:35:35 PM", "2024-01-15T12:35:35Z"],
    ["1/15/2024, 12:35:35.123 AM", "2024-01-15T00:35:35.1230000Z"],
    ["2024/01/15 12:35:35", "2024-01-15T12:35:35Z"],
    ["November 8, 2014", "2014-11-08T00:00:00Z"],
    ["Sat Nov  8 15:05:02 2014", "2014-11-08T15:05:02Z"],
    ["9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"],
  ])("%s", (text, expected) => expect(reads(text)).toBe(expected));

  it.each([
    "", "x", "2021-13-01", "2021-02-29", "2021-01-01T25:00:00", "2021-01-01 10:61", "10:20", "2021-01-01 13:00 PM", "0000-01-01",
    "2021-01-01garbage", "Sat, 8 Nox 14", "1".repeat(5000), "2021-01T10:00", "9999-12-31T23:59:59-01:00",
  ])("but not %j", (text) => expect(parseDatetime(text)).toBeNull());
});

describe("timespans are read and printed", () => {
  it.each([
    ["0.00:03:00", "00:03:00"], ["4d", "4.00:00:00"], ["1.5h", "01:30:00"], ["30min", "00:30:00"], ["100ms", "00:00:00.1000000"],
    ["1tick", "00:00:00.0000001"], ["10 seconds", "00:00:10"], ["2", "2.00:00:00"], ["12:30", "12:30:00"], ["-1.02:03:04.5", "-1.02:03:04.5000000"],
    ["1.5microseconds", "00:00:00.0000015"], ["-3m", "-00:03:00"], ["23:59:59.9999999", "23:59:59.9999999"],
  ])("%s", (text, expected) => {
    const ticks = parseTimespan(text);
    expect(ticks === null ? null : printTimespan(ticks)).toBe(expected);
  });

  it.each(["", "h", "1x", "24:00", "1:60", "99999999999999999d", "1..2d"])("but not %j", (text) => {
    expect(parseTimespan(text)).toBeNull();
  });
});

describe("the calendar", () => {
  it("agrees with the host's over two thousand years, day by day", () => {
    for (let day = -719162; day < 2932896; day += 97) {
      const date = new Date(day * 86_400_000);
      const ticks = ticksFromUnixMs(date.getTime());
      const parts = dateParts(ticks);
      expect([parts.year, parts.month, parts.day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
      expect(dayOfWeek(ticks)).toBe(date.getUTCDay());
      expect(datetimeOf(parts.year, parts.month, parts.day)).toBe(ticks);
      expect(unixMsFromTicks(ticks)).toBe(date.getTime());
    }
  });
  it("counts weeks as ISO 8601", () => {
    const week = (text: string) => isoWeek(parseDatetime(text) ?? 0n);
    expect(["2018-12-31", "2016-01-01", "2020-12-31", "2021-01-04", "2010-01-03"].map(week)).toEqual([1, 53, 53, 1, 53]);
  });
  it("counts days of the year", () => expect(dayOfYear(parseDatetime("2015-12-14") ?? 0n)).toBe(348));
  it("cuts the day when months are added", () => {
    const moved = (text: string, n: number) => printDatetime(addMonths(parseDatetime(text) ?? 0n, n) ?? 0n).slice(0, 19);
    expect(moved("2021-01-31T10:00", 1)).toBe("2021-02-28T10:00:00");
    expect(moved("2020-03-31", -1)).toBe("2020-02-29T00:00:00");
    expect(addMonths(MAX_DATETIME, 1)).toBeNull();
  });
  it("rounds down below zero too", () => {
    expect(binTicks(-1n, 10n)).toBe(-10n);
    expect(binTicks(10n, 10n)).toBe(10n);
    expect(binTicks(5n, 0n)).toBeNull();
  });
});
