/* The editor's HTML in the spelling of stored bodies: one block a line, no paragraph inside a plain list item. */

export function tidy(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html")
  for (const box of body.querySelectorAll("li, td, th")) unwrap(box)
  for (const piece of body.querySelectorAll("ruby > span")) piece.replaceWith(piece.textContent)
  for (const table of body.querySelectorAll("table")) withHead(table)
  for (const title of body.querySelectorAll("caption")) title.removeAttribute("contenteditable")
  const blocks = [...body.children].filter((block) => block.matches("figure, hr") || block.textContent.trim())
  return blocks.map((block) => block.outerHTML).join("\n")
}

/** <li><p>words</p></li> → <li>words</li>, unless it has several paragraphs. */
function unwrap(box) {
  const sentences = [...box.children].filter((child) => child.matches("p"))
  if (sentences.length === 1 && !sentences[0].attributes.length) sentences[0].replaceWith(...sentences[0].childNodes)
}

function withHead(table) {
  const rows = [...table.querySelectorAll("tr")]
  const isHead = (row) => [...row.children].every((box) => box.matches("th:not([scope=row])"))
  const size = rows.findIndex((row) => !isHead(row))
  if (size < 1) return
  const head = document.createElement("thead")
  head.append(...rows.slice(0, size))
  table.querySelector("tbody").before(head)
}
