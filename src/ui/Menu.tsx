/**
 * A button with a box that opens below it: a list of commands, or any content. Closes on Escape, outside click and
 * choice.
 */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export interface MenuItem {
  readonly label: string;
  onChoose(): void;
}

interface MenuProps {
  readonly icon: IconName;
  readonly label: string;
  /** Commands; arrow keys move between them. */
  readonly items?: readonly MenuItem[];
  /** Or a box of other controls. */
  readonly children?: ComponentChildren;
  /** Draws the label beside the icon where there is room. */
  readonly named?: boolean;
}

export function Menu({ icon, label, items, children, named }: MenuProps): VNode {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    const home = box.current;
    if (!open || home === null) return;
    home.querySelector<HTMLElement>(".pb-menu-box button, .pb-menu-box input")?.focus();
    const away = (event: Event): void => {
      if (!event.composedPath().includes(home)) setOpen(false);
    };
    const { ownerDocument } = home;
    ownerDocument.addEventListener("pointerdown", away);
    ownerDocument.addEventListener("focusin", away);
    return () => {
      ownerDocument.removeEventListener("pointerdown", away);
      ownerDocument.removeEventListener("focusin", away);
    };
  }, [open]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const stops = [...(box.current?.querySelectorAll<HTMLElement>(".pb-menu-box button, .pb-menu-box input") ?? [])];
    const at = stops.indexOf(box.current?.ownerDocument.activeElement as HTMLElement);
    stops[(at + step + stops.length) % stops.length]?.focus();
  };
  return (
    <div class="pb-menu" ref={box} onKeyDown={onKey}>
      <button type="button" ref={button} class={`pb-button ${named ? "" : "pb-icon-button"}`}
        aria-haspopup={items === undefined ? "dialog" : "menu"}
        aria-expanded={open} aria-label={label} title={label} onClick={() => setOpen(!open)}>
        <Icon name={icon} />{named ? <span class="pb-button-text">{label}</span> : null}
      </button>
      {open ? (
        <div class="pb-menu-box" role={items === undefined ? "dialog" : "menu"} aria-label={label}>
          {items?.map((item) => (
            <button type="button" role="menuitem" key={item.label} class="pb-menu-item"
              onClick={() => { close(); item.onChoose(); }}>{item.label}</button>
          ))}
          {children}
        </div>
      ) : null}
    </div>
  );
}
