/* Names, for whoever hears the page, what Django's forms leave without one: what stands in a table is named by its
   column, the time beside a date by the word before it, and select2's box by the label of its field. */

const UNNAMED = "td :is(input, select, textarea):not([type=hidden], [aria-label]), p.datetime input:not([aria-label])"

function nameAll(root) {
  for (const input of root.querySelectorAll(UNNAMED)) {
    if (!input.labels?.length) input.setAttribute("aria-label", wordsFor(input))
  }
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling?.querySelector(".select2-selection")
    const shown = box?.querySelector(".select2-selection__rendered")
    if (!shown) continue
    shown.setAttribute("aria-label", select.getAttribute("aria-label") ?? select.labels[0]?.textContent.trim() ?? "")
    shown.id ||= `${select.id}-shown`
    box.setAttribute("aria-labelledby", shown.id)
  }
}

function wordsFor(input) {
  if (input.closest("p.datetime")) return input.previousSibling?.textContent.trim() ?? ""
  const cell = input.closest("td")
  const heads = cell.closest("table").tHead?.rows[0]?.cells ?? []
  return heads[cell.cellIndex]?.textContent.trim() ?? ""
}

addEventListener("load", () => setTimeout(() => nameAll(document))) // after select2, which jQuery begins later
document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)))
