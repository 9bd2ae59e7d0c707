"use strict";
(() => {
  const form = document.getElementById("record");
  if (!form) return;
  const later = (act) => {
    let timer = 0;
    return (...told) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...told), 250);
    };
  };
  const asked = new Map();
  const ask = async (path, told, whom) => {
    asked.get(whom)?.abort();
    const asking = new AbortController();
    asked.set(whom, asking);
    try {
      const answer = await fetch(`${path}?${new URLSearchParams(told)}`, { signal: asking.signal });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };
  const typed = (name) => (form.elements.namedItem(name)?.value || "").slice(0, 200);
  const read = async (field) => {
    const told = {
      stated: field.value.slice(0, 500),
      document: typed("document"),
      language: typed("documents-0-language"),
      spoken: document.documentElement.lang,
    };
    const answer = await ask("/record/reading", told, field);
    if (answer) document.getElementById(field.dataset.reading).textContent = answer.reading;
  };
  const readLater = new Map();
  for (const field of form.querySelectorAll("[data-reading]")) {
    readLater.set(field, later(() => read(field)));
    field.addEventListener("input", readLater.get(field));
  }
  for (const name of ["document", "documents-0-language"]) {
    form.elements.namedItem(name)?.addEventListener("change", () => {
      for (const [field, act] of readLater) if (field.value) act();
    });
  }
  const complete = async (field, list) => {
    const at = field.name.split("-")[1];
    const table = list.id.slice("known-".length);
    const text = field.value.split(";").pop().trim().slice(0, 200);
    const before = field.value.slice(0, field.value.lastIndexOf(";") + 1);
    const told = { table, text, event: typed(`figures-${at}-event`) };
    const offers = await ask("/record/known", told, list);
    if (!offers) return;
    list.replaceChildren(
      ...offers.map(([id, called]) => {
        const option = document.createElement("option");
        option.value = before + id;
        option.textContent = called;
        return option;
      }),
    );
  };
  for (const field of form.querySelectorAll("input[list]")) {
    const list = document.getElementById(field.getAttribute("list"));
    if (!list || list.dataset.more === undefined) continue;
    const act = later(() => complete(field, list));
    field.addEventListener("input", act);
    if (list.id === "known-figures") field.addEventListener("focus", act);
  }
})();
