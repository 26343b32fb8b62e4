/** Facts about the platform and the small free functions of the API. */
import type * as Published from "obsidian";

/** The version of the API that the stand-in speaks. */
export const apiVersion = "1.13.1";

const agent = typeof navigator === "undefined" ? "" : navigator.userAgent;

/** The workbench is a desktop by default; the page's mobile switch changes it (see `setMobile`). */
export const Platform: typeof Published.Platform = {
  isDesktop: true, isMobile: false, isDesktopApp: true, isMobileApp: false, isIosApp: false, isAndroidApp: false,
  isPhone: false, isTablet: false,
  isMacOS: agent.includes("Mac OS"), isWin: agent.includes("Windows"), isLinux: agent.includes("Linux"),
  isSafari: agent.includes("Safari") && !agent.includes("Chrome"), resourcePathPrefix: "/api/file?path=",
};

/** Switches all facts that differ on a phone. */
export function setMobile(mobile: boolean): void {
  Object.assign(Platform, {
    isDesktop: !mobile, isDesktopApp: !mobile, isMobile: mobile, isMobileApp: mobile, isAndroidApp: mobile, isPhone: mobile,
  });
}

/** True when the app is at least of `version` (dotted numbers). */
export function requireApiVersion(version: string): boolean {
  const have = apiVersion.split(".").map(Number);
  const want = version.split(".").map(Number);
  for (let at = 0; at < Math.max(have.length, want.length); at++) {
    const difference = (have[at] ?? 0) - (want[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Vault form of a path: forward slashes, single, none at the ends, no-break spaces as spaces, NFC. */
export function normalizePath(path: string): string {
  const clean = path.replace(/[\u00a0\u202f]/g, " ").replace(/[\\/]+/g, "/").replace(/^\/+|\/+$/g, "").normalize("NFC");
  return clean === "" ? "/" : clean;
}

/** ISO code of the interface's language. */
export function getLanguage(): string {
  return "en";
}

/** Calls `callback` once `timeout` ms have passed; with `resetTimer` each call starts the wait again. */
export function debounce<T extends unknown[], V>(callback: (...args: [...T]) => V, timeout = 0,
  resetTimer = false): Published.Debouncer<T, V> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last: [...T] | undefined;
  const fire = (): V | undefined => {
    const args = last;
    timer = undefined;
    last = undefined;
    return args === undefined ? undefined : callback(...args);
  };
  const debounced = ((...args: [...T]) => {
    last = args;
    if (timer !== undefined && !resetTimer) return debounced;
    clearTimeout(timer);
    timer = setTimeout(fire, timeout);
    return debounced;
  }) as unknown as Published.Debouncer<T, V>;
  debounced.cancel = () => {
    clearTimeout(timer);
    timer = undefined;
    last = undefined;
    return debounced;
  };
  debounced.run = () => {
    clearTimeout(timer);
    return fire();
  };
  return debounced;
}

const refused = "The workbench makes no requests to the network";

/** Refuses: the workbench works without a network. */
export function requestUrl(): Published.RequestUrlResponsePromise {
  const failed = Promise.reject(new Error(refused)) as unknown as Published.RequestUrlResponsePromise;
  const part = (): Promise<never> => {
    const rejected = Promise.reject(new Error(refused));
    rejected.catch(() => undefined);
    return rejected;
  };
  return Object.assign(failed, { arrayBuffer: part(), json: part(), text: part() });
}

/** Refuses: the workbench works without a network. */
export function request(): Promise<string> {
  return Promise.reject(new Error(refused));
}

/** Lower-case hexadecimal digits of the bytes. */
export function arrayBufferToHex(data: ArrayBuffer): string {
  return [...new Uint8Array(data)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function hexToArrayBuffer(hex: string): ArrayBuffer {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return bytes.buffer;
}

export function arrayBufferToBase64(buffer: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

export function base64ToArrayBuffer(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes.buffer;
}

export function getBlobArrayBuffer(blob: Blob): Promise<ArrayBuffer> {
  return blob.arrayBuffer();
}
