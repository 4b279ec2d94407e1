/* A photo of the library in the text: stored as <figure data-photo="5"></figure>, shown with its caption. */

import { Node } from "../../../django_prose_editor/editor.js";
import { element } from "./dialog.js";
import { caption, dropRow, ensureRow, onCaption, setCaption } from "./photo-rows.js";
import { get } from "./server.js";

export function photoNode({ words, photos, notice }) {
  const library = new Library(photos)
  const shown = new Set()
  onCaption((photo, text) => {
    for (const view of shown) if (String(view.photo) === photo) view.take(text)
  })
  return Node.create({
    name: "photo",
    group: "block",
    atom: true,
    draggable: true,
    selectable: true,
    addAttributes: () => ({
      photo: {
        default: null,
        parseHTML: (dom) => dom.getAttribute("data-photo"),
        renderHTML: ({ photo }) => ({ "data-photo": photo }),
      },
    }),
    parseHTML: () => [{ tag: "figure[data-photo]" }],
    renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes],
    addNodeView: () => (place) => new PhotoView(place, { words, library, shown, notice }),
  })
}

/** Asks for all photos of a text at once. */
class Library {
  constructor(url) {
    Object.assign(this, { url, waiting: new Map(), known: new Map() })
  }

  find(photo) {
    if (this.known.has(photo)) return Promise.resolve(this.known.get(photo))
    if (!this.waiting.size) setTimeout(() => this.ask())
    return new Promise((resolve) => this.waiting.set(photo, [...(this.waiting.get(photo) ?? []), resolve]))
  }

  async ask() {
    const asked = [...this.waiting]
    this.waiting.clear()
    const answer = await get(`${this.url}?ids=${asked.map(([photo]) => photo).join(",")}`)
    for (const row of answer?.photos ?? []) this.known.set(String(row.id), row)
    for (const [photo, resolves] of asked) for (const resolve of resolves) resolve(this.known.get(photo))
  }
}

class PhotoView {
  constructor({ node, getPos, editor }, { words, library, shown, notice }) {
    Object.assign(this, { photo: node.attrs.photo, getPos, editor, words, shown, notice })
    this.picture = element("div", { class: "photo__picture" }, `#${this.photo}`)
    this.text = element("textarea", {
      class: "photo__caption", rows: "1", maxlength: "300", placeholder: words.caption, "aria-label": words.caption,
      input: () => this.typed(), keydown: (event) => this.key(event),
    })
    this.credit = element("span", { class: "photo__credit" })
    const how = { type: "button", class: "photo__remove", title: words.removePhoto, "aria-label": words.removePhoto }
    const remove = element("button", { ...how, click: () => this.remove() }, "×")
    this.dom = element("figure", { class: "photo", "data-photo": this.photo }, this.picture, remove, this.text, this.credit)
    shown.add(this)
    ensureRow(this.photo)
    this.take(caption(this.photo))
    library.find(this.photo).then((row) => row && this.fill(row))
  }

  fill({ src, alt, caption: words, credit }) {
    this.picture.replaceChildren(src ? element("img", { src, alt: alt || words }) : this.words.noPicture)
    this.text.placeholder = words || this.words.caption
    this.credit.textContent = credit ? this.words.credit.replace("%s", credit) : this.words.noCredit
    this.credit.classList.toggle("photo__credit--missing", !credit)
  }

  take(text) {
    if (this.text.value !== text) this.text.value = text
  }

  typed() {
    this.text.value = this.text.value.replace(/\n/g, "")
    setCaption(this.photo, this.text.value)
  }

  /** Enter and Escape lead back into the text. */
  key(event) {
    if (!["Enter", "Escape"].includes(event.key) || event.isComposing) return
    event.preventDefault()
    this.editor.chain().focus().setTextSelection(this.getPos() + 1).run()
  }

  remove() {
    const at = this.getPos()
    this.editor.chain().focus().deleteRange({ from: at, to: at + 1 }).run()
    const { photo, words } = this
    this.notice(words.photoKept, words.removeRow, () => dropRow(photo))
  }

  selectNode() {
    this.dom.classList.add("photo--chosen")
  }

  deselectNode() {
    this.dom.classList.remove("photo--chosen")
  }

  stopEvent(event) {
    return this.text.contains(event.target) || event.target.closest?.(".photo__remove") !== null
  }

  ignoreMutation() {
    return true
  }

  destroy() {
    this.shown.delete(this)
  }
}
