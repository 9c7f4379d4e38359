/** The editor for a file of a copy: CodeMirror, in the colours of the page. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'preact/hooks'
import type { AskedPlace, FilePlace } from './file-places.tsx'

export interface CodeShown {
  text: string
  /** Another number whenever the text is to replace what is in the editor. */
  loads: number
  /** What it is called by a screen reader. */
  label: string
  /** Id of the element that says how the keyboard leaves it. */
  help: string
  /** What to have in view at first; '' for the beginning. */
  region: string
  /** The place that the reader asked for: it gets the cursor and the focus. */
  asked: AskedPlace | undefined
  change: (text: string) => void
  save: () => void
}

/** Escape, then Tab, leaves it: without Escape, Tab sets in. */
export function CodeEditor(shown: CodeShown) {
  const { text, loads, label, help, region, asked } = shown
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const now = useRef(shown)
  now.current = shown
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: text,
        extensions: [
          // A file keeps the ends of its lines.
          text.includes('\r\n') ? EditorState.lineSeparator.of('\r\n') : [],
          EditorState.tabSize.of(2),
          indentUnit.of('  '),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          javascript({ typescript: true }),
          syntaxHighlighting(colours),
          look,
          EditorView.contentAttributes.of({
            'aria-label': label,
            'aria-describedby': help,
            tabindex: '0',
          }),
          keymap.of([
            {
              key: 'Mod-s',
              preventDefault: true,
              run: () => {
                now.current.save()
                return true
              },
            },
            {
              key: 'Escape',
              run: (view) => {
                view.setTabFocusMode(true)
                return false
              },
            },
            ...defaultKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorView.domEventHandlers({
            focus: (_, view) => view.setTabFocusMode(false),
          }),
          EditorView.updateListener.of(({ docChanged, view }) => {
            if (!docChanged) return
            view.setTabFocusMode(false)
            now.current.change(view.state.sliceDoc())
          }),
        ],
      }),
    })
    view.current = editor
    if (asked === undefined) showAt(editor, placeOf(editor.state, { region }))
    return () => editor.destroy()
  }, [])
  useEffect(() => {
    if (asked === undefined) return
    const editor = view.current!
    showAt(editor, placeOf(editor.state, asked))
    editor.focus()
    editor.dom.scrollIntoView({ block: 'nearest' })
  }, [asked?.times])
  // What is typed comes from the editor, and may be ahead of `text`: it is never put back into it.
  useEffect(() => {
    const { state } = view.current!
    if (state.sliceDoc() === text) return
    view.current!.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } })
  }, [loads])
  return <div class="code-editor" ref={place} />
}

/** @returns the offset in the text; undefined if nothing is asked for, or the file no longer has it */
function placeOf({ doc }: EditorState, place: Pick<FilePlace, 'region' | 'line'>) {
  const { region = '', line } = place
  if (line !== undefined) return doc.line(Math.min(Math.max(line, 1), doc.lines)).from
  const at = region === '' ? -1 : doc.toString().search(definitionOf(region))
  return at < 0 ? undefined : at
}

/** Puts the cursor there, and scrolls the editor alone: the page stays where its reader is. */
function showAt(editor: EditorView, at: number | undefined): void {
  if (at === undefined) return
  editor.dispatch({ selection: { anchor: at } })
  editor.requestMeasure({
    read: () => editor.lineBlockAt(at).top - 40,
    write: (top) => {
      editor.scrollDOM.scrollTop = top
    },
  })
}

/** @param region `parse`, `Parser.parse`, `Parser` */
function definitionOf(region: string): RegExp {
  const name = region.split('.').at(-1)!
  return new RegExp(`^[ \\t]*(?:(?:export|private|static|async|class|function) )*${name}\\b`, 'm')
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.self], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: tags.number, color: 'var(--code-number)' },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.typeName, tags.className],
    color: 'var(--code-title)',
  },
])

const look = EditorView.theme({
  '&': {
    maxHeight: '34rem',
    border: '1px solid var(--dim)',
    borderRadius: '6px',
    background: 'var(--card)',
    color: 'var(--ink)',
    fontSize: '0.875rem',
  },
  '&.cm-focused': { outline: '3px solid var(--focus)', outlineOffset: '2px' },
  '.cm-scroller': {
    overflow: 'auto',
    lineHeight: '1.45',
    fontFamily: 'ui-monospace, "SFMono-Regular", "Cascadia Code", Menlo, Consolas, monospace',
  },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    background: 'var(--sunk)',
    color: 'var(--dim)',
    borderRight: '1px solid var(--rule)',
  },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--sunk) 60%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'var(--mark)' },
  '&.cm-focused .cm-matchingBracket': {
    background: 'var(--mark)',
    outline: '1px solid var(--dim)',
  },
})
