// On a phone the filters stand above the list and start closed, so that the list is seen first.
if (matchMedia("(max-width: 64rem)").matches) {
  for (const filter of document.querySelectorAll("#changelist-filter details:not(:has(form input[type=text][value]:not([value=''])))")) {
    filter.open = false;
  }
}
