/* Small helpers: an element from a description, and a dialog that closes by itself. */

/** element("button", {type: "button", "aria-label": "…"}, "words", child) */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value)
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value)
  }
  made.append(...children)
  return made
}

/** Shows a modal dialog and removes it once closed. Escape and a click beside it close it. */
export function openDialog(title, closeWord, ...children) {
  const how = { type: "button", class: "dialog__close", "aria-label": closeWord, click: () => dialog.close() }
  const close = element("button", how, "×")
  const head = element("div", { class: "dialog__head" }, element("h2", {}, title), close)
  const dialog = element("dialog", { class: "dialog", "aria-label": title }, head, ...children)
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}
