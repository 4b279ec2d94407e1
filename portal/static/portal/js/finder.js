// Remembers the reader's county in this browser alone, and offers it on the home page.

const KEY = "county";

function remember(path, name) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ path, name }));
    return true;
  } catch {
    return false; // storage is full or forbidden: the site works without it
  }
}

function remembered() {
  try {
    const { path, name } = JSON.parse(localStorage.getItem(KEY));
    return /^[a-z0-9-]+(\/[a-z0-9-]+){0,2}$/.test(path) && typeof name === "string" ? { path, name } : null;
  } catch {
    return null;
  }
}

document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[data-county]");
  if (link) remember(link.pathname.replace(/^\/|\/$/g, ""), link.dataset.county);
  const button = target.closest("button[data-county-path]");
  if (button && remember(button.dataset.countyPath, button.dataset.countyName)) show(button);
});

// A button's data-done says what it reads once its county is the reader's.
function show(button) {
  button.setAttribute("aria-pressed", "true");
  if (button.dataset.done) button.textContent = button.dataset.done;
}

// <p id="my-county" hidden data-label="我的县："></p>
const county = remembered();
if (county) {
  const place = document.getElementById("my-county");
  if (place) {
    const link = document.createElement("a");
    link.href = `/${county.path}/`;
    link.textContent = place.dataset.label + county.name;
    place.replaceChildren(link);
    place.hidden = false;
  }
  for (const button of document.querySelectorAll("button[data-county-path]")) {
    if (button.dataset.countyPath === county.path) show(button);
  }
}
