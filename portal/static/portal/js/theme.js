// Runs before the first paint, so that a remembered theme or type size does not flash.
const root = document.documentElement;
root.classList.add("js");
try {
  for (const key of ["theme", "size", "care"]) if (localStorage[key]) root.dataset[key] = localStorage[key];
} catch {}
