/* The body's editor: a text area becomes one, and always holds its HTML. */

import { Editor, Extension } from "../../../django_prose_editor/editor.js";
import { element, openDialog } from "./dialog.js";
import { mend } from "./punctuation.js";
import { plainHtml } from "./paste.js";
import { choosePhoto } from "./photo-dialog.js";
import { photoNode } from "./photo-node.js";
import { extensions } from "./schema.js";
import { tidy } from "./tidy.js";
import { shortcuts, toolbar } from "./toolbar.js";

/** Han characters, and Latin words or numbers, as word processors count 字数. */
const HAN = "\\u3400-\\u9fff\\u3000-\\u303f\\uff00-\\uffef\\u2014\\u2018-\\u201d\\u2026"
const COUNTED = new RegExp(`[${HAN}]|[^\\s${HAN}]+`, "g")

export function mount(area, { words, photos, library }) {
  const surface = element("div", { class: "body__text" })
  const count = element("span", { class: "body__count" })
  const say = element("span", { class: "body__notice", role: "status" })
  const notice = (text, action, act) => {
    const click = () => (act(), say.replaceChildren())
    say.replaceChildren(text, " ", action ? element("button", { type: "button", class: "body__act", click }, action) : "")
  }
  const own = {
    link: (editor) => askLink(editor, words),
    photo: (editor) => choosePhoto({ words, photos, library }, ({ id }) => insertPhoto(editor, String(id))),
    punctuate: (editor) => mendAll(editor, words, notice),
    tableTitle: (editor) => askTableTitle(editor, words),
  }
  const tools = toolbar(() => editor, words, own)
  const editor = new Editor({
    element: surface,
    injectCSS: false, // the page's policy forbids style elements: see editor.css
    extensions: [...extensions, photoNode({ words, photos, notice }), keys(own, tools.bar)],
    content: area.value,
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": words.body, class: "body__page" },
      transformPastedHTML: (html) => pasted(html, words, notice),
      transformPastedText: (text) => text.replace(/^[\u3000 \t]+/gm, ""),
      handleDrop: (view, event) => refuseFiles(event.dataTransfer, words, notice),
      handlePaste: (view, event) => refuseFiles(event.clipboardData, words, notice),
    },
    onUpdate: () => {
      area.value = tidy(editor.getHTML())
      area.dispatchEvent(new Event("input", { bubbles: true }))
      counted()
    },
    onTransaction: () => tools.refresh(),
  })
  const counted = () => (count.textContent = words.count.replace("%s", characters(editor)))
  area.addEventListener("fields:set", () => editor.commands.setContent(area.value, { emitUpdate: false }) && counted())
  area.hidden = true
  area.after(element("div", { class: "body" }, tools.bar, surface, element("div", { class: "body__foot" }, say, count)))
  area.form.querySelector(`label[for=${area.id}]`)?.addEventListener("click", () => editor.commands.focus())
  tools.refresh()
  counted()
}

function keys(own, bar) {
  const bound = Object.entries(shortcuts(own)).map(([key, act]) => [key, ({ editor }) => (act(editor), true)])
  const toBar = () => (bar.querySelector("[tabindex='0']").focus(), true)
  return Extension.create({ name: "keys", addKeyboardShortcuts: () => ({ ...Object.fromEntries(bound), "Alt-F10": toBar }) })
}

function characters(editor) {
  const { doc } = editor.state
  return (doc.textBetween(0, doc.content.size, "\n", "\n").match(COUNTED) ?? []).length.toLocaleString()
}

function pasted(html, words, notice) {
  const { html: plain, images } = plainHtml(html)
  if (images) notice(words.imagesLeftOut.replace("%s", images))
  return plain
}

/** A picture belongs into the library first; pasted words that come with one are taken. */
function refuseFiles(data, words, notice) {
  if (!data?.files.length || data.types.includes("text/html") || data.types.includes("text/plain")) return false
  notice(words.imagesLeftOut.replace("%s", data.files.length))
  return true
}

function insertPhoto(editor, photo) {
  const { $to } = editor.state.selection
  const after = $to.depth ? $to.after(1) : $to.pos
  editor.chain().focus().insertContentAt(after, { type: "photo", attrs: { photo } }).run()
}

function mendAll(editor, words, notice) {
  const edits = []
  editor.state.doc.descendants((node, at) => {
    if (!node.isTextblock) return true
    const text = node.textBetween(0, node.content.size, "", "\ufffc")
    edits.push(...mend(text).map((edit) => ({ ...edit, from: at + 1 + edit.from, to: at + 1 + edit.to })))
    return false
  })
  const { tr, schema, doc } = editor.state
  for (const { from, to, text } of edits.reverse()) {
    if (text) tr.replaceWith(from, to, schema.text(text, doc.nodeAt(from).marks))
    else tr.delete(from, to)
  }
  editor.view.dispatch(tr)
  editor.commands.focus()
  notice(edits.length ? words.punctuated.replace("%s", edits.length) : words.nothingToMend)
}

function askLink(editor, words) {
  const href = editor.getAttributes("link").href ?? ""
  if (editor.state.selection.empty && !href) return
  ask(words.link, words.address, href, words, (value) => {
    const link = editor.chain().focus().extendMarkRange("link")
    if (value) link.setLink({ href: /^[a-z]+:/i.test(value) ? value : `https://${value}` }).run()
    else link.unsetLink().run()
  })
}

function askTableTitle(editor, words) {
  const { title } = editor.getAttributes("table")
  ask(words.tableTitle, words.tableTitle, title ?? "", words, (value) => {
    editor.chain().focus().updateAttributes("table", { title: value || null }).run()
  })
}

function ask(title, label, value, words, done) {
  const input = element("input", { class: "dialog__input", "aria-label": label, placeholder: label })
  input.value = value
  const apply = element("button", { class: "button" }, words.apply)
  const submit = () => done(input.value.trim())
  const form = element("form", { method: "dialog", class: "dialog__form", submit }, input, apply)
  openDialog(title, words.close, form)
  input.focus()
  input.select()
}
