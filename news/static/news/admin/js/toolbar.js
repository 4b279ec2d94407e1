/* The editor's tools: names in the language of the staff, shortcuts shown, one stop of the Tab key. */

import { element } from "./dialog.js";

const NAMES = { Mod: /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl", Alt: "Alt", Shift: "Shift" }

const chain = (step) => (editor) => step(editor.chain().focus()).run()

/** Glyph, shortcut, what it does, when it is on. Without a glyph its name is shown. */
const TOOLS = [
  ["undo", "↶", "Mod+Z", chain((c) => c.undo())],
  ["redo", "↷", "Mod+Shift+Z", chain((c) => c.redo())],
  null,
  ["h2", "", "Mod+Alt+2", chain((c) => c.toggleHeading({ level: 2 })), (e) => e.isActive("heading", { level: 2, part: null })],
  ["h3", "", "Mod+Alt+3", chain((c) => c.toggleHeading({ level: 3 })), (e) => e.isActive("heading", { level: 3 })],
  ["part", "", "", togglePart, (e) => Boolean(e.getAttributes("heading").part)],
  null,
  ["bold", "B", "Mod+B", chain((c) => c.toggleBold()), (e) => e.isActive("bold")],
  ["italic", "I", "Mod+I", chain((c) => c.toggleItalic()), (e) => e.isActive("italic")],
  ["strike", "S", "Mod+Shift+S", chain((c) => c.toggleStrike()), (e) => e.isActive("strike")],
  ["sup", "x²", "Mod+.", chain((c) => c.toggleSuperscript()), (e) => e.isActive("superscript")],
  ["sub", "x₂", "Mod+,", chain((c) => c.toggleSubscript()), (e) => e.isActive("subscript")],
  null,
  ["quote", "", "Mod+Shift+B", chain((c) => c.toggleBlockquote()), (e) => e.isActive("blockquote")],
  ["ul", "", "Mod+Shift+8", chain((c) => c.toggleBulletList()), (e) => e.isActive("bulletList")],
  ["ol", "", "Mod+Shift+7", chain((c) => c.toggleOrderedList()), (e) => e.isActive("orderedList")],
  ["table", "", "", chain((c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true })), (e) => e.isActive("table")],
  ["hr", "—", "", chain((c) => c.setHorizontalRule())],
  null,
  ["link", "", "Mod+K", null, (e) => e.isActive("link")],
  ["photo", "", "Mod+Alt+P", null],
  ["punctuate", "", "Mod+Alt+U", null],
  ["plain", "", "Mod+\\", chain((c) => c.unsetAllMarks().clearNodes())],
]

const IN_TABLE = [
  ["addRow", chain((c) => c.addRowAfter())],
  ["addColumn", chain((c) => c.addColumnAfter())],
  ["dropRow", chain((c) => c.deleteRow())],
  ["dropColumn", chain((c) => c.deleteColumn())],
  ["headRow", chain((c) => c.toggleHeaderRow())],
  ["tableTitle", null],
  ["dropTable", chain((c) => c.deleteTable())],
]

/** A bar whose buttons act on `editor()`; `own` gives what this page does for some of them. */
export function toolbar(editor, words, own) {
  const run = (name, step) => () => (own[name] ?? step)(editor())
  const button = (name, glyph, keys, step) => {
    const title = words[name] + (keys ? ` (${keys.replace(/Mod|Alt|Shift/g, (key) => NAMES[key])})` : "")
    const kind = `tools__button${glyph ? ` tools__button--${name}` : ""}`
    const attributes = { type: "button", class: kind, title, "aria-label": title, tabindex: "-1", "data-tool": name, "data-glyph": glyph || words[name] }
    return element("button", { ...attributes, click: run(name, step) })
  }
  const main = TOOLS.map((tool) => (tool ? button(...tool) : element("span", { class: "tools__gap" })))
  const table = element("div", { class: "tools__more", hidden: true }, ...IN_TABLE.map(([name, step]) => button(name, "", "", step)))
  const first = element("div", { class: "tools__main" }, ...main)
  const bar = element("div", { class: "tools", role: "toolbar", "aria-label": words.tools }, first, table)
  bar.addEventListener("mousedown", (event) => event.preventDefault()) // the text keeps its selection
  bar.addEventListener("keydown", (event) => move(bar, event, editor))
  bar.querySelector("button").tabIndex = 0
  return { bar, refresh: () => refresh(bar, table, editor()) }
}

export function shortcuts(own) {
  return { "Mod-k": own.link, "Mod-Alt-p": own.photo, "Mod-Alt-u": own.punctuate, "Mod-\\": TOOLS.at(-1)[3] }
}

function refresh(bar, table, editor) {
  for (const tool of TOOLS) {
    if (!tool?.[4]) continue
    bar.querySelector(`[data-tool=${tool[0]}]`).setAttribute("aria-pressed", String(tool[4](editor)))
  }
  table.hidden = !editor.isActive("table")
}

/** Arrow keys move along the bar, Escape leads back into the text. */
function move(bar, event, editor) {
  if (event.key === "Escape") return editor().commands.focus()
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (!step && !["Home", "End"].includes(event.key)) return
  const buttons = [...bar.querySelectorAll("button")].filter((one) => one.offsetParent)
  const here = buttons.indexOf(document.activeElement)
  const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? (here + step + buttons.length) % buttons.length
  for (const one of buttons) one.tabIndex = -1
  buttons[next].tabIndex = 0
  buttons[next].focus()
  event.preventDefault()
}

/** A heading becomes the next lettered part, or a plain heading again. */
function togglePart(editor) {
  if (editor.getAttributes("heading").part) return editor.chain().focus().updateAttributes("heading", { part: null }).run()
  const taken = []
  editor.state.doc.forEach((node) => node.attrs.part && taken.push(node.attrs.part))
  const part = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((letter) => !taken.includes(letter))
  editor.chain().focus().setNode("heading", { level: 2, part }).run()
}
