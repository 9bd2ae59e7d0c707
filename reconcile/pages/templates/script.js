"use strict";
(() => {
  const open = () => {
    const told = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = told; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
    if (told) told.scrollIntoView();
  };
  addEventListener("hashchange", open);
  if (location.hash) open();
  const box = document.querySelector(".find");
  const rows = [...document.querySelectorAll("#sentences tbody tr")];
  if (!box || rows.length < 2) return;
  box.hidden = false;
  const texts = rows.map((row) => row.textContent.toLowerCase());
  box.querySelector("input").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase().trim().split(/\s+/);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => texts[at].includes(word));
      if (!row.hidden) shown += 1;
    });
    box.querySelector("span").textContent = `${shown} / ${rows.length}`;
  });
})();
