/** Small line drawings for buttons and signs. Always beside a text or an `aria-label`: hidden from screen readers. */
import type { VNode } from "preact";

/** Paths in a 16 × 16 box, drawn with the text's colour. */
const PATHS = {
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.6 10.6 14 14",
  filter: "M2 3h12L9.5 8.5V13l-3-1.5v-3Z",
  columns: "M2.5 3h11v10h-11ZM6.2 3v10M9.8 3v10",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  note: "M3.5 2h6l3 3v9h-9ZM9.5 2v3h3M6 8.5h4M6 11h4",
  close: "m4 4 8 8M12 4l-8 8",
  play: "M5 3v10l8-5Z",
  stop: "M4 4h8v8H4Z",
  upload: "M8 10.5V3M5 5.5 8 2.5l3 3M2.5 10v3.5h11V10",
  clipboard: "M5.5 3h-2v11h9V3h-2M5.5 2h5v2.5h-5Z",
  folder: "M2 4h4l1.5 1.5H14V13H2Z",
  error: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.5v4.2M8 11.2v.1",
  warning: "M8 2 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.1",
  info: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 7.3v4M8 4.8v.1",
  check: "m3 8.5 3.2 3.2L13 4.5",
  cross: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
  passed: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM5 8.3l2.1 2.1L11 6.2",
  circle: "M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z",
  half: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12",
  planned: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.2l2 1.3",
  clock: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.5V8l2.5 1.5",
  up: "M8 13V3.5M4 7l4-4 4 4",
  down: "M8 3v9.5M4 9l4 4 4-4",
  left: "M10 3 5 8l5 5",
  right: "m6 3 5 5-5 5",
  more: "m4 6 4 4 4-4",
  wrap: "M2 4h12M2 8h9.5a2.2 2.2 0 0 1 0 4.4H8M9.8 10.4l-2 2 2 2M2 12h3",
  plus: "M8 3v10M3 8h10",
  fix: "m3 13 6.5-6.5M10.5 2.5v3M9 4h3M13 7.5v2M12 8.5h2M6 3v2M5 4h2",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  help: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM6 6.2a2 2 0 1 1 2.9 1.9c-.6.3-.9.7-.9 1.4M8 11.5v.1",
  chart: "M2.5 2.5v11h11M5 10.5l2.6-3.6 2.2 2L13 4.5",
  format: "M2 3.5h12M4.5 8H14M4.5 12.5h6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class="pb-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A button that is only an icon: `label` is what it says to everybody who does not see it, and its tooltip. */
export function IconButton({ icon, label, onClick, pressed, disabled }: {
  icon: IconName; label: string; onClick: () => void; pressed?: boolean; disabled?: boolean;
}): VNode {
  return (
    <button type="button" class="pb-button pb-icon-button" aria-label={label} title={label} disabled={disabled ?? false}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
