/**
 * Stands in for the package `obsidian`, in the browser workbench and in tests. The package holds types alone; what is here
 * is written against them, and `absent` lists by name what we leave out.
 */
import type * as Published from "obsidian";
import { installGlobals } from "./obsidian/elements.mts";

installGlobals();

export { App, SecretStorage } from "./obsidian/app.mts";
export { ConfirmationButton, ConfirmationModal } from "./obsidian/confirmation.mts";
export { Editor, editorEditorField, editorInfoField, editorLivePreviewField, editorViewField, livePreviewState } from "./obsidian/editor.mts";
export { Component, Events } from "./obsidian/events.mts";
export { FileManager } from "./obsidian/file-manager.mts";
export { HoverPopover, PopoverState } from "./obsidian/hover.mts";
export { htmlToMarkdown, sanitizeHTMLToDom } from "./obsidian/html.mts";
export { addIcon, getIcon, getIconIds, removeIcon, setIcon } from "./obsidian/icons.mts";
export { Keymap, Scope } from "./obsidian/keymap.mts";
export { MarkdownPreviewView, MarkdownView } from "./obsidian/markdown-view.mts";
export { getLinkpath, parseLinktext, stripHeading, stripHeadingForLink } from "./obsidian/markdown.mts";
export { Menu, MenuItem, MenuSeparator } from "./obsidian/menu.mts";
export { MetadataCache, getAllTags, iterateCacheRefs, iterateRefs, resolveSubpath } from "./obsidian/metadata.mts";
export { FuzzySuggestModal, Modal, Notice, SuggestModal } from "./obsidian/modal.mts";
export {
  Platform, apiVersion, arrayBufferToBase64, arrayBufferToHex, base64ToArrayBuffer, debounce, getBlobArrayBuffer, getLanguage,
  hexToArrayBuffer, normalizePath, request, requestUrl, requireApiVersion,
} from "./obsidian/platform.mts";
export { Plugin } from "./obsidian/plugin.mts";
export {
  getFrontMatterInfo, parseFrontMatterAliases, parseFrontMatterEntry, parseFrontMatterStringArray, parseFrontMatterTags, parseYaml,
  stringifyYaml,
} from "./obsidian/properties.mts";
export { MarkdownPreviewRenderer, MarkdownRenderChild, MarkdownRenderer } from "./obsidian/renderer.mts";
export { prepareFuzzySearch, prepareSimpleSearch, renderMatches, renderResults, sortSearchResults } from "./obsidian/search.mts";
export {
  AbstractTextComponent, BaseComponent, ButtonComponent, ColorComponent, DisplayValueComponent, DropdownComponent,
  ExtraButtonComponent, MomentFormatComponent, ProgressBarComponent, SearchComponent, Setting, SettingGroup, SliderComponent,
  TextAreaComponent, TextComponent, ToggleComponent, ValueComponent, displayTooltip, setTooltip,
} from "./obsidian/setting.mts";
export { PluginSettingTab, SettingPage, SettingTab } from "./obsidian/setting-tab.mts";
export { AbstractInputSuggest, EditorSuggest, PopoverSuggest } from "./obsidian/suggest.mts";
export { CapacitorAdapter, FileSystemAdapter, TAbstractFile, TFile, TFolder, Vault } from "./obsidian/vault.mts";
export { EditableFileView, FileView, ItemView, TextFileView, View } from "./obsidian/view.mts";
export {
  Workspace, WorkspaceItem, WorkspaceLeaf, WorkspaceParent, WorkspaceRoot, WorkspaceSidedock, WorkspaceSplit, WorkspaceTabs,
} from "./obsidian/workspace.mts";

/** Names of the published module that have no stand-in: bases, maths, diagrams, other devices' adapters and windows. */
export const absent = [
  "BasesEntry", "BasesEntryGroup", "BasesQueryResult", "BasesView", "BasesViewConfig", "BooleanValue",
  "DateValue", "DurationValue", "FileValue", "HTMLValue", "IconValue", "ImageValue", "LinkValue", "ListValue",
  "MarkdownEditView", "NotNullValue", "NullValue", "NumberValue", "ObjectValue", "PrimitiveValue", "QueryController",
  "RegExpValue", "RelativeDateValue", "RenderContext", "SecretComponent", "StringValue", "TagValue", "Tasks", "UrlValue", "Value",
  "WorkspaceContainer", "WorkspaceFloating", "WorkspaceMobileDrawer", "WorkspaceRibbon", "WorkspaceWindow",
  "finishRenderMath", "loadMathJax", "loadMermaid", "loadPdfJs", "loadPrism", "moment", "parsePropertyId", "renderMath",
] as const satisfies readonly (keyof typeof Published)[];
