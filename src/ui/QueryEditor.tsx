/** The query editor as a component: CodeMirror in a box, kept in step with the model's text. */
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Language, Scope } from "../query";
import { fixAll, formatQuery, languageExtension, queryEditorSetup, recheck, syncText } from "./editor";

export interface QueryEditorProps {
  readonly label: string;
  readonly placeholder: string;
  /** Which query this is: a new id gets a new undo history. */
  readonly id: string;
  readonly text: string;
  readonly language: Language;
  scope(): Scope;
  /** Changes whenever samples, schemas or strictness do: the text is checked again. */
  readonly revision: string;
  onChange(text: string): void;
  onRun(): void;
  /** Gets the editor's own commands once it stands, for buttons outside of it. */
  onReady?: (commands: EditorCommands) => void;
}

export interface EditorCommands {
  format(): void;
  /** Applies the fix of every finding that has one. */
  fixAll(): void;
  focus(): void;
}

export function QueryEditor(props: QueryEditorProps): VNode {
  const home = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  // The editor outlives renders: its callbacks ask for the newest props.
  const latest = useRef(props);
  latest.current = props;
  const language = useRef(new Compartment());

  useLayoutEffect(() => {
    const parent = home.current;
    if (parent === null) return;
    const edited = { language: props.language, scope: () => latest.current.scope() };
    const editor = new EditorView({
      parent,
      root: parent.getRootNode() as Document | ShadowRoot,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          queryEditorSetup({
            label: props.label, placeholder: props.placeholder,
            onChange: (text) => latest.current.onChange(text), onRun: () => latest.current.onRun(),
          }),
          language.current.of(languageExtension(edited)),
        ],
      }),
    });
    view.current = editor;
    latest.current.onReady?.({ format: () => { formatQuery(editor); }, fixAll: () => { fixAll(editor); }, focus: () => editor.focus() });
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [props.id, props.language]);

  useLayoutEffect(() => {
    if (view.current !== null) syncText(view.current, props.text);
  }, [props.text]);

  useEffect(() => {
    if (view.current !== null) recheck(view.current);
  }, [props.revision]);

  return <div class="pb-editor" ref={home} />;
}
