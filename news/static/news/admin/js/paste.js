/* Pasted HTML from Word, WPS, WeChat and web pages, made plain: lists and headings stay, styles and foreign
   pictures do not. */

const DROP = "script, style, link, meta, title, xml, iframe, object, svg, math, noscript, template, button, input"
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, figure, hr, div, section, article, pre, center"
const RENAMED = { H1: "h2", H4: "h3", H5: "h3", H6: "h3", B: "strong", I: "em", DEL: "s", STRIKE: "s", CENTER: "p", PRE: "p" }
const NUMBERED = /^[\s(（]*(\d+|[a-zA-Z]|[ivx]+|[一二三四五六七八九十]+)\s*[.、)）．]/
const BIG = 17 // pixels; body text on WeChat has 14 to 17

/** {html, images}: the plain text, and how many pictures were left out. */
export function plainHtml(html) {
  const { body } = new DOMParser().parseFromString(withoutStyles(html), "text/html")
  if (body.querySelector("[data-pm-slice]")) return { html, images: 0 }
  removeComments(body)
  for (const node of body.querySelectorAll(DROP)) node.remove()
  const images = removeImages(body)
  for (const node of [...body.querySelectorAll("div, section, article")].reverse()) asParagraph(node)
  wordLists(body)
  wordTitles(body)
  for (const node of [...body.querySelectorAll("*")].reverse()) simplify(node)
  for (const node of body.querySelectorAll("p, h2, h3, li, td, th")) trim(node)
  for (const node of body.querySelectorAll("*")) strip(node)
  return { html: body.innerHTML, images }
}

/** The policy of the page forbids style attributes even in a page that is never shown. */
function withoutStyles(html) {
  const bare = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "")
  return bare.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-css="))
}

const css = (node) => node.getAttribute("data-css") ?? ""

function removeComments(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT)
  const found = []
  while (walker.nextNode()) found.push(walker.currentNode)
  for (const comment of found) comment.remove()
}

function removeImages(body) {
  const found = [...body.querySelectorAll("*")].filter((node) => /^(IMG|PICTURE|VIDEO|V:IMAGEDATA)$/.test(node.nodeName))
  for (const node of found) node.remove()
  for (const figure of body.querySelectorAll("figure:not([data-photo])")) figure.replaceWith(...figure.childNodes)
  return found.filter((node) => node.nodeName !== "PICTURE").length
}

/** Word writes a list as paragraphs with "mso-list:l0 level1" and the mark as text. */
function wordLists(body) {
  let lists = []
  for (const node of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const level = Number(css(node).match(/mso-list:[^;]*?level(\d+)/i)?.[1] ?? 0)
    if (!level) continue
    const mark = takeMark(node)
    const tag = NUMBERED.test(mark) ? "ol" : "ul"
    if (lists[0] && !follows(lists[0], node)) lists = []
    lists = lists.slice(0, level)
    const same = lists[level - 1]
    if (!same || same.localName !== tag) lists[level - 1] = newList(lists, level, tag, node, mark)
    const item = document.createElement("li")
    item.append(...node.childNodes)
    lists[level - 1].append(item)
    node.remove()
  }
}

function takeMark(node) {
  const ignored = [...node.querySelectorAll("[data-css]")].find((part) => /mso-list:\s*Ignore/i.test(css(part)))
  const mark = ignored?.textContent ?? ""
  ignored?.remove()
  return mark.trim()
}

/** Whether a paragraph stands right after a list. */
function follows(list, node) {
  let next = list.nextSibling
  while (next && next !== node && !next.textContent.trim()) next = next.nextSibling
  return next === node
}

function newList(lists, level, tag, node, mark) {
  const list = document.createElement(tag)
  const start = Number(mark.match(/\d+/)?.[0] ?? 1)
  if (tag === "ol" && start > 1 && !lists.length) list.setAttribute("start", start)
  const above = lists.slice(0, level - 1).findLast(Boolean)
  if (above) (above.lastElementChild ?? above).append(list)
  else node.before(list)
  return list
}

function wordTitles(body) {
  for (const node of body.querySelectorAll("p")) {
    const outline = Number(css(node).match(/mso-outline-level:\s*(\d)/i)?.[1] ?? 0)
    const name = node.className.match(/^(MsoTitle|MsoSubtitle)/)?.[1]
    if (outline || name) rename(node, outline > 2 || name === "MsoSubtitle" ? "h3" : "h2")
    else if (looksLikeTitle(node)) rename(node, "h3")
  }
}

/** On WeChat a heading is a short paragraph, bold and big throughout. */
function looksLikeTitle(node) {
  const text = node.textContent.trim()
  if (!text || text.length > 30 || /[。！？；，]$/.test(text) || node.closest("li, td, th")) return false
  const isBold = (part) => part.matches("strong, b") || /font-weight:\s*(bold|[6-9]00)/i.test(css(part))
  const parts = [...node.querySelectorAll("strong, b, [data-css]")]
  const bold = parts.some((part) => isBold(part) && part.textContent.trim() === text)
  const size = (part) => Number(css(part).match(/font-size:\s*([\d.]+)px/i)?.[1] ?? 0)
  const sizes = [node, ...node.querySelectorAll("[data-css]")].map(size)
  return bold && Math.max(...sizes) > BIG
}

function simplify(node) {
  const style = css(node)
  if (/^(B|STRONG)$/.test(node.nodeName) && /font-weight:\s*(normal|400)/i.test(style)) return unwrap(node)
  if (node.nodeName === "SPAN" || node.nodeName === "FONT") return simplifySpan(node, style)
  if (node.nodeName.includes(":") || node.nodeName === "U") return unwrap(node)
  if (RENAMED[node.nodeName]) rename(node, RENAMED[node.nodeName])
}

function simplifySpan(node, style) {
  if (node.hasAttribute("lang") && !/^(ZH|EN)/i.test(node.lang)) return
  const bold = /font-weight:\s*(bold|[6-9]00)/i.test(style) && !node.closest("h1, h2, h3, h4, h5, h6, th")
  if (bold && node.textContent.trim()) rename(node, "strong")
  else unwrap(node)
}

/** A box of boxes is opened; a box of words is a paragraph. */
function asParagraph(node) {
  if (node.querySelector(BLOCKS) || node.closest("p")) unwrap(node)
  else rename(node, "p")
}

/** No indentation, no breaks at the ends, nothing empty. */
function trim(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/[\u00a0\t\n\r ]+/g, " ")
  let first = node.firstChild
  while (first?.firstChild) first = first.firstChild
  if (first?.nodeType === Node.TEXT_NODE) first.data = first.data.replace(/^[\u3000 ]+/, "")
  while (node.lastChild?.nodeName === "BR") node.lastChild.remove()
  if (!node.textContent.trim() && !node.matches("td, th") && !node.querySelector("figure")) node.remove()
}

function strip(node) {
  const spans = ["colspan", "rowspan"]
  const kept = { A: ["href", "title"], TD: spans, TH: spans, OL: ["start"], FIGURE: ["data-photo"], SPAN: ["lang"] }
  for (const { name } of [...node.attributes]) if (!kept[node.nodeName]?.includes(name)) node.removeAttribute(name)
}

function rename(node, tag) {
  const other = document.createElement(tag)
  for (const { name, value } of node.attributes) if (name !== "style") other.setAttribute(name, value)
  other.append(...node.childNodes)
  node.replaceWith(other)
  return other
}

function unwrap(node) {
  node.replaceWith(...node.childNodes)
}
