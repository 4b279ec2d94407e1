/* What a body may hold: the same as news/richtext.py keeps, so that opening and saving changes nothing. */

import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Gapcursor, HardBreak, Heading, HorizontalRule, Italic, Link,
  ListItem, Mark, Node, OrderedList, Paragraph, Strike, Subscript, Superscript, Table, TableCell, TableHeader,
  TableRow, Text, UndoRedo,
} from "../../../django_prose_editor/editor.js";

const attribute = (name, html = name) => ({
  default: null,
  parseHTML: (element) => element.getAttribute(html),
  renderHTML: (attributes) => (attributes[name] ? { [html]: attributes[name] } : {}),
})

const Title = Heading.configure({ levels: [2, 3] }).extend({
  addAttributes() {
    return { ...this.parent?.(), part: attribute("part", "data-part") }
  },
})

const Sentence = Paragraph.extend({
  addAttributes: () => ({ lang: attribute("lang") }),
})

const Language = Mark.create({
  name: "language",
  parseHTML: () => [{ tag: "span[lang]" }],
  addAttributes: () => ({ lang: attribute("lang") }),
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
})

const Numbers = OrderedList.extend({
  addAttributes: () => ({
    start: {
      default: 1,
      parseHTML: (element) => Number(element.getAttribute("start")) || 1,
      renderHTML: ({ start }) => (start === 1 ? {} : { start }),
    },
  }),
  addNodeView: () => null,
})

const Anchor = Link.configure({
  openOnClick: false,
  autolink: false,
  linkOnPaste: true,
  protocols: ["http", "https", "mailto"],
  HTMLAttributes: { target: null, rel: "noopener nofollow", class: null },
}).extend({
  addAttributes: () => ({ href: attribute("href"), title: attribute("title") }),
  addKeyboardShortcuts: () => ({}),
})

/** Words with their reading above: kept as they are, and moved as one piece. */
const Ruby = Node.create({
  name: "ruby",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({
    pieces: {
      default: [],
      parseHTML: (element) => [...element.childNodes].map((node) => [node.nodeName.toLowerCase(), node.textContent]),
      renderHTML: () => ({}),
    },
  }),
  parseHTML: () => [{ tag: "ruby" }],
  renderHTML: ({ node }) => [
    "ruby",
    {},
    ...node.attrs.pieces.map(([name, text]) => (["rt", "rp"].includes(name) ? [name, {}, text] : ["span", {}, text])),
  ],
  renderText: ({ node }) => node.attrs.pieces.filter(([name]) => name === "#text").map(([, text]) => text).join(""),
})

const Grid = Table.configure({ resizable: false }).extend({
  addAttributes: () => ({
    title: {
      default: null,
      parseHTML: (element) => element.querySelector("caption")?.textContent.trim() || null,
      renderHTML: () => ({}),
    },
  }),
  renderHTML({ node }) {
    const title = node.attrs.title ? [["caption", { contenteditable: "false" }, node.attrs.title]] : []
    return ["table", {}, ...title, ["tbody", 0]]
  },
  parseHTML: () => [{ tag: "table", contentElement: withoutCaption }],
  addNodeView: () => null,
  addKeyboardShortcuts() {
    return this.parent?.() ?? {}
  },
})

function withoutCaption(table) {
  const copy = table.cloneNode(true)
  copy.querySelector("caption")?.remove()
  return copy
}

const cell = (Kind, extra = {}) =>
  Kind.extend({
    addAttributes() {
      const { colspan, rowspan } = this.parent()
      const span = (name, from) => ({ ...from, renderHTML: (at) => (at[name] > 1 ? { [name]: at[name] } : {}) })
      const spans = { colspan: span("colspan", colspan), rowspan: span("rowspan", rowspan) }
      return { ...spans, colwidth: { default: null, rendered: false }, ...extra }
    },
    renderHTML({ HTMLAttributes }) {
      return [this.name === "tableHeader" ? "th" : "td", HTMLAttributes, 0]
    },
  })

export const extensions = [
  Document, Sentence, Text, HardBreak, Title, HorizontalRule, Blockquote, BulletList, Numbers, ListItem,
  Bold, Italic, Strike, Subscript, Superscript, Anchor, Language, Ruby,
  Grid, TableRow, cell(TableCell), cell(TableHeader, { scope: attribute("scope") }),
  UndoRedo, Dropcursor, Gapcursor,
]
