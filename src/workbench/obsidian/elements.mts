/**
 * What the app adds to the page's own objects: `el.createDiv`, `el.empty`, `activeDocument`, `[].contains` …
 * Written against the `declare global` part of the published types. Installing twice changes nothing.
 */

interface ElementInfo {
  cls?: string | string[];
  text?: string | DocumentFragment;
  attr?: Record<string, string | number | boolean | null>;
  title?: string;
  parent?: Node;
  value?: string;
  type?: string;
  prepend?: boolean;
  placeholder?: string;
  href?: string;
}

type Listener = (this: HTMLElement, event: Event, target: HTMLElement) => unknown;

const svgNamespace = "http://www.w3.org/2000/svg";

function words(classes: readonly string[]): string[] {
  return classes.flatMap((each) => each.split(/\s+/)).filter((each) => each !== "");
}

function applyInfo(el: Element, info: ElementInfo | string | undefined, parent: Node | null): void {
  const facts: ElementInfo = typeof info === "string" ? { cls: info } : info ?? {};
  if (facts.cls !== undefined) el.classList.add(...words(Array.isArray(facts.cls) ? facts.cls : [facts.cls]));
  if (facts.text !== undefined) setText(el, facts.text);
  for (const [name, value] of Object.entries(facts.attr ?? {})) setAttribute(el, name, value);
  if (facts.title !== undefined) el.setAttribute("title", facts.title);
  if (facts.value !== undefined) (el as HTMLInputElement).value = facts.value;
  if (facts.type !== undefined) el.setAttribute("type", facts.type);
  if (facts.placeholder !== undefined) el.setAttribute("placeholder", facts.placeholder);
  if (facts.href !== undefined) el.setAttribute("href", facts.href);
  const into = facts.parent ?? parent;
  if (into === null) return;
  if (facts.prepend === true) into.insertBefore(el, into.firstChild);
  else into.appendChild(el);
}

function setText(el: Element, text: string | DocumentFragment): void {
  if (typeof text === "string") el.textContent = text;
  else el.replaceChildren(text);
}

function setAttribute(el: Element, name: string, value: string | number | boolean | null): void {
  if (value === null) el.removeAttribute(name);
  else el.setAttribute(name, String(value));
}

function make(doc: Document, tag: string, info: ElementInfo | string | undefined, parent: Node | null,
  callback?: (el: never) => void): HTMLElement {
  const el = doc.createElement(tag);
  applyInfo(el, info, parent);
  callback?.(el as never);
  return el;
}

function makeSvg(doc: Document, tag: string, info: ElementInfo | string | undefined, parent: Node | null,
  callback?: (el: never) => void): SVGElement {
  const el = doc.createElementNS(svgNamespace, tag);
  applyInfo(el, info, parent);
  callback?.(el as never);
  return el;
}

/** Adds `methods` to `target`, never replacing what the browser itself has. */
function extend(target: object, methods: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(methods)) {
    if (name in target) continue;
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

function getter(target: object, name: string, get: (this: never) => unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { get, configurable: true });
}

/** Additions to the language's own objects; needs no page. */
export function installLanguage(): void {
  extend(Array.prototype, {
    first(this: unknown[]) { return this[0]; },
    last(this: unknown[]) { return this[this.length - 1]; },
    contains(this: unknown[], target: unknown) { return this.includes(target); },
    remove(this: unknown[], target: unknown) {
      for (let at = this.length - 1; at >= 0; at--) if (this[at] === target) this.splice(at, 1);
    },
    shuffle(this: unknown[]) {
      for (let at = this.length - 1; at > 0; at--) {
        const other = Math.floor(Math.random() * (at + 1));
        [this[at], this[other]] = [this[other], this[at]];
      }
      return this;
    },
    unique(this: unknown[]) { return [...new Set(this)]; },
  });
  extend(Array, { combine: (arrays: unknown[][]) => arrays.flat() });
  extend(Object, {
    isEmpty: (object: object) => Object.keys(object).length === 0,
    each(object: Record<string, unknown>, callback: (value: unknown, key: string) => unknown, context?: unknown) {
      for (const [key, value] of Object.entries(object)) if (callback.call(context, value, key) === false) return false;
      return true;
    },
  });
  extend(Math, {
    clamp: (value: number, min: number, max: number) => Math.min(Math.max(value, min), max),
    square: (value: number) => value * value,
  });
  extend(String, { isString: (value: unknown) => typeof value === "string" });
  extend(Number, { isNumber: (value: unknown) => typeof value === "number" });
  extend(String.prototype, {
    contains(this: string, target: string) { return this.includes(target); },
    format(this: string, ...args: string[]) {
      return this.replace(/\{(\d+)\}/g, (whole, digits: string) => args[Number(digits)] ?? whole);
    },
  });
  extend(globalThis, {
    isBoolean: (value: unknown) => typeof value === "boolean",
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  });
}

function delegate(target: EventTarget, type: string, selector: string, listener: Listener,
  options: boolean | AddEventListenerOptions | undefined): void {
  const events = eventsOf(target, type);
  const callback = (event: Event): void => {
    let at = event.target instanceof Node ? event.target as Node | null : null;
    for (; at !== null && at !== target; at = at.parentNode) {
      if (at instanceof HTMLElement && at.matches(selector)) {
        listener.call(target as HTMLElement, event, at);
        return;
      }
    }
  };
  events.push({ selector, listener, callback });
  target.addEventListener(type, callback, options);
}

interface Delegated { selector: string; listener: Listener; callback: (event: Event) => void }
const delegated = new WeakMap<EventTarget, Map<string, Delegated[]>>();

function eventsOf(target: EventTarget, type: string): Delegated[] {
  let types = delegated.get(target);
  if (types === undefined) delegated.set(target, types = new Map<string, Delegated[]>());
  let list = types.get(type);
  if (list === undefined) types.set(type, list = []);
  return list;
}

function undelegate(target: EventTarget, type: string, selector: string, listener: Listener,
  options: boolean | AddEventListenerOptions | undefined): void {
  const list = eventsOf(target, type);
  const at = list.findIndex((each) => each.selector === selector && each.listener === listener);
  const found = list[at];
  if (found === undefined) return;
  list.splice(at, 1);
  target.removeEventListener(type, found.callback, options);
}

/** Waits until `el` is in its document; one observer per document serves all. */
function onInserted(el: HTMLElement, listener: () => unknown, once: boolean): () => void {
  let inside = el.isConnected;
  const observer = new MutationObserver(() => {
    if (el.isConnected === inside) return;
    inside = el.isConnected;
    if (!inside) return;
    listener();
    if (once) observer.disconnect();
  });
  observer.observe(el.ownerDocument, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/** Adds the app's methods to the elements of `win`. */
export function installElements(win: Window & typeof globalThis): void {
  const marked = win as unknown as { purplebookElements?: boolean };
  if (marked.purplebookElements === true) return;
  marked.purplebookElements = true;
  const { document } = win;

  getter(win.Node.prototype, "doc", function (this: Node) { return this.ownerDocument ?? document; });
  getter(win.Node.prototype, "win", function (this: Node) { return (this.ownerDocument ?? document).defaultView ?? win; });
  getter(win.Node.prototype, "constructorWin", () => win);
  getter(win.UIEvent.prototype, "targetNode", function (this: UIEvent) { return this.target; });
  getter(win.UIEvent.prototype, "doc", () => document);
  getter(win.UIEvent.prototype, "win", () => win);
  extend(win.UIEvent.prototype, {
    instanceOf(this: UIEvent, type: new (...data: never[]) => unknown) { return this instanceof type; },
  });
  getter(win.HTMLElement.prototype, "innerWidth", function (this: HTMLElement) {
    const style = win.getComputedStyle(this);
    return this.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  });
  getter(win.HTMLElement.prototype, "innerHeight", function (this: HTMLElement) {
    const style = win.getComputedStyle(this);
    return this.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
  });

  extend(win.Node.prototype, {
    detach(this: Node) { this.parentNode?.removeChild(this); },
    empty(this: Node) { while (this.lastChild !== null) this.removeChild(this.lastChild); },
    insertAfter(this: Node, node: Node, child: Node | null) {
      return this.insertBefore(node, child === null ? this.firstChild : child.nextSibling);
    },
    indexOf(this: Node, other: Node) { return Array.prototype.indexOf.call(this.childNodes, other); },
    setChildrenInPlace(this: Node, children: Node[]) {
      const keep = new Set(children);
      for (const child of [...this.childNodes]) if (!keep.has(child)) this.removeChild(child);
      children.forEach((child, at) => {
        if (this.childNodes[at] !== child) this.insertBefore(child, this.childNodes[at] ?? null);
      });
    },
    appendText(this: Node, text: string) { this.appendChild(document.createTextNode(text)); },
    instanceOf(this: Node, type: new () => unknown) { return this instanceof type; },
    createEl(this: Node, tag: string, info?: ElementInfo | string, callback?: (el: never) => void) {
      return make(this.ownerDocument ?? document, tag, info, this, callback);
    },
    createDiv(this: Node, info?: ElementInfo | string, callback?: (el: never) => void) {
      return make(this.ownerDocument ?? document, "div", info, this, callback);
    },
    createSpan(this: Node, info?: ElementInfo | string, callback?: (el: never) => void) {
      return make(this.ownerDocument ?? document, "span", info, this, callback);
    },
    createSvg(this: Node, tag: string, info?: ElementInfo | string, callback?: (el: never) => void) {
      return makeSvg(this.ownerDocument ?? document, tag, info, this, callback);
    },
  });

  extend(win.Element.prototype, {
    getText(this: Element) { return this.textContent ?? ""; },
    setText(this: Element, text: string | DocumentFragment) { setText(this, text); },
    addClass(this: Element, ...classes: string[]) { this.classList.add(...words(classes)); },
    addClasses(this: Element, classes: string[]) { this.classList.add(...words(classes)); },
    removeClass(this: Element, ...classes: string[]) { this.classList.remove(...words(classes)); },
    removeClasses(this: Element, classes: string[]) { this.classList.remove(...words(classes)); },
    toggleClass(this: Element, classes: string | string[], value: boolean) {
      for (const each of words(typeof classes === "string" ? [classes] : classes)) this.classList.toggle(each, value);
    },
    hasClass(this: Element, cls: string) { return this.classList.contains(cls); },
    setAttr(this: Element, name: string, value: string | number | boolean | null) { setAttribute(this, name, value); },
    setAttrs(this: Element, values: Record<string, string | number | boolean | null>) {
      for (const [name, value] of Object.entries(values)) setAttribute(this, name, value);
    },
    getAttr(this: Element, name: string) { return this.getAttribute(name); },
    matchParent(this: Element, selector: string, lastParent?: Element) {
      for (let at: Element | null = this; at !== null; at = at.parentElement) {
        if (at.matches(selector)) return at;
        if (at === lastParent) return null;
      }
      return null;
    },
    getCssPropertyValue(this: Element, property: string, pseudo?: string) {
      return win.getComputedStyle(this, pseudo).getPropertyValue(property).trim();
    },
    isActiveElement(this: Element) { return this.ownerDocument.activeElement === this; },
    find(this: Element, selector: string) { return this.querySelector(selector); },
    findAll(this: Element, selector: string) { return [...this.querySelectorAll(selector)]; },
    findAllSelf(this: Element, selector: string) {
      const below = [...this.querySelectorAll(selector)];
      return this.matches(selector) ? [this, ...below] : below;
    },
    setCssStyles(this: HTMLElement, styles: Partial<CSSStyleDeclaration>) { Object.assign(this.style, styles); },
    setCssProps(this: HTMLElement, props: Record<string, string>) {
      for (const [name, value] of Object.entries(props)) this.style.setProperty(name, value);
    },
  });

  extend(win.DocumentFragment.prototype, {
    find(this: DocumentFragment, selector: string) { return this.querySelector(selector); },
    findAll(this: DocumentFragment, selector: string) { return [...this.querySelectorAll(selector)]; },
  });

  extend(win.HTMLElement.prototype, {
    show(this: HTMLElement) { this.style.display = ""; },
    hide(this: HTMLElement) { this.style.display = "none"; },
    toggle(this: HTMLElement, show: boolean) { this.style.display = show ? "" : "none"; },
    toggleVisibility(this: HTMLElement, visible: boolean) { this.style.visibility = visible ? "" : "hidden"; },
    isShown(this: HTMLElement) { return this.isConnected && this.offsetParent !== null; },
    on(this: HTMLElement, type: string, selector: string, listener: Listener, options?: boolean) {
      delegate(this, type, selector, listener, options);
    },
    off(this: HTMLElement, type: string, selector: string, listener: Listener, options?: boolean) {
      undelegate(this, type, selector, listener, options);
    },
    onClickEvent(this: HTMLElement, listener: (event: MouseEvent) => unknown, options?: boolean) {
      this.addEventListener("click", listener, options);
      this.addEventListener("auxclick", listener, options);
    },
    onNodeInserted(this: HTMLElement, listener: () => unknown, once = false) { return onInserted(this, listener, once); },
    // There is one window only, so nothing ever moves to another.
    onWindowMigrated: () => () => undefined,
    trigger(this: HTMLElement, type: string) { this.dispatchEvent(new Event(type, { bubbles: true })); },
  });
  extend(win.Document.prototype, {
    on(this: Document, type: string, selector: string, listener: Listener, options?: boolean) {
      delegate(this, type, selector, listener, options);
    },
    off(this: Document, type: string, selector: string, listener: Listener, options?: boolean) {
      undelegate(this, type, selector, listener, options);
    },
  });

  extend(win, {
    activeWindow: win,
    activeDocument: document,
    createEl: (tag: string, info?: ElementInfo | string, callback?: (el: never) => void) =>
      make(document, tag, info, null, callback),
    createDiv: (info?: ElementInfo | string, callback?: (el: never) => void) => make(document, "div", info, null, callback),
    createSpan: (info?: ElementInfo | string, callback?: (el: never) => void) =>
      make(document, "span", info, null, callback),
    createSvg: (tag: string, info?: ElementInfo | string, callback?: (el: never) => void) =>
      makeSvg(document, tag, info, null, callback),
    createFragment: (callback?: (el: DocumentFragment) => void) => {
      const fragment = document.createDocumentFragment();
      callback?.(fragment);
      return fragment;
    },
    fish: (selector: string) => document.querySelector(selector),
    fishAll: (selector: string) => [...document.querySelectorAll(selector)],
    ready: (then: () => unknown) => {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => then());
      else then();
    },
    nextFrame: () => new Promise<void>((resolve) => win.requestAnimationFrame(() => resolve())),
    ajax: () => { throw new Error("The workbench makes no requests to the network"); },
    ajaxPromise: () => Promise.reject(new Error("The workbench makes no requests to the network")),
  });
}

/** Installs whatever this environment has objects for. */
export function installGlobals(): void {
  installLanguage();
  if (typeof window !== "undefined" && typeof document !== "undefined") installElements(window);
}
