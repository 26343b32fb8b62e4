/** HTML in notes: only what shows, nothing that runs, loads from elsewhere or reaches out of its place. */

const allowed = new Set(("a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt em font h1 h2 h3 h4 h5 h6 "
  + "hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th "
  + "thead time tr tt u ul var wbr").split(" "));
const dropped = new Set("script style iframe object embed link meta base form template noscript svg math frame frameset audio video".split(" "));
const attributes = new Set(("abbr align alt cite class colspan data-type datetime dir height href id lang open reversed rowspan scope "
  + "span src start title valign value width aria-label role").split(" "));

function safeAddress(value: string, image: boolean): boolean {
  const plain = [...value].filter((each) => each > " ").join("").toLowerCase();
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(plain)?.[1];
  if (scheme === undefined) return !image || plain.startsWith("/api/file?");
  return image ? plain.startsWith("data:image/") : ["http", "https", "mailto", "obsidian"].includes(scheme);
}

/** True when an element of that tag may stand in a note. */
export function isAllowedTag(tag: string): boolean {
  return allowed.has(tag.toLowerCase());
}

/** Sets an attribute of a note's own HTML if it is harmless. */
export function setSafeAttribute(el: Element, name: string, value: string): void {
  const lower = name.toLowerCase();
  if (!attributes.has(lower)) return;
  if ((lower === "href" || lower === "src") && !safeAddress(value, lower === "src")) return;
  el.setAttribute(lower, value);
  if (lower === "href") {
    el.setAttribute("rel", "noopener nofollow");
    el.setAttribute("target", "_blank");
  }
}

/** Parses HTML without running it and keeps what is harmless. */
export function sanitizeHTMLToDom(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const result = document.createDocumentFragment();
  // A list of work instead of calls within calls: the nesting is the author's.
  const work: [Node, Node][] = [...parsed.body.childNodes].map((node) => [node, result]);
  for (let at = 0; at < work.length; at++) {
    const [node, into] = work[at] as [Node, Node];
    if (node.nodeType === Node.TEXT_NODE) into.appendChild(document.createTextNode(node.nodeValue ?? ""));
    if (!(node instanceof Element)) continue;
    const tag = node.localName.toLowerCase();
    if (dropped.has(tag)) continue;
    let target: Node = into;
    if (allowed.has(tag)) {
      const el = document.createElement(tag);
      for (const { name, value } of [...node.attributes]) setSafeAttribute(el, name, value);
      into.appendChild(el);
      target = el;
    }
    for (const child of [...node.childNodes]) work.push([child, target]);
  }
  return result;
}

/** The text that an entity such as `&eacute;` stands for. */
export function decodeEntity(entity: string): string {
  return new DOMParser().parseFromString(entity, "text/html").body.textContent ?? entity;
}

/** A rough way back: the text of HTML with links, emphasis, lists and headings kept. */
export function htmlToMarkdown(html: string | HTMLElement | Document | DocumentFragment): string {
  const root: Node = typeof html === "string" ? sanitizeHTMLToDom(html) : html instanceof Document ? html.body : html;
  const write = (node: Node, depth: number): string => {
    if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? "";
    const inner = depth > 200 ? node.textContent ?? "" : [...node.childNodes].map((each) => write(each, depth + 1)).join("");
    if (!(node instanceof Element)) return inner;
    const heading = /^h([1-6])$/.exec(node.localName);
    if (heading !== null) return `${"#".repeat(Number(heading[1]))} ${inner.trim()}\n\n`;
    switch (node.localName) {
      case "b": case "strong": return `**${inner}**`;
      case "i": case "em": return `*${inner}*`;
      case "code": return `\`${inner}\``;
      case "a": return `[${inner}](${node.getAttribute("href") ?? ""})`;
      case "li": return `- ${inner.trim()}\n`;
      case "br": return "\n";
      case "p": case "div": case "ul": case "ol": return `${inner.trim()}\n\n`;
      default: return inner;
    }
  };
  return write(root, 0).trim();
}
