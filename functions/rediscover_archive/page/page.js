"use strict";

const MOST = 200; // found tracks that are shown at once

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The links of a week's tracks that are still there, one a line. */
const linksOf = (button) =>
  [...button.closest(".tracks").querySelectorAll("li:not(.gone) a")].map((link) => link.href).join("\n") + "\n";

async function copy(button) {
  const links = linksOf(button);
  const told = button.parentElement.querySelector("[role=status]");
  const count = links.trim().split("\n").length;
  try {
    await navigator.clipboard.writeText(links);
  } catch {
    const area = document.createElement("textarea");
    area.value = links;
    button.after(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    button.focus();
    if (!done) {
      told.textContent = "The browser did not allow it: use the download.";
      return;
    }
  }
  told.textContent = `${count} links copied. Paste them into a playlist in Spotify's desktop app.`;
}

function download(button) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([linksOf(button)], { type: "text/plain" }));
  link.download = button.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Opens the week that the address names, so that what is in it is seen. */
function openWeek() {
  const week = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = week?.querySelector("details");
  if (details) {
    details.open = true;
    let frames = 10; // the weeks above get their sizes only when they come near
    const settle = () => {
      week.scrollIntoView();
      if (--frames) requestAnimationFrame(settle);
    };
    settle();
  }
}

function searchIn(archive) {
  const field = archive.querySelector("search");
  if (!field) return;
  const input = field.querySelector("input");
  const hits = field.querySelector(".hits");
  const found = field.querySelector(".found");
  let tracks;
  const all = () =>
    (tracks ??= [...archive.querySelectorAll(".week")].flatMap((week) =>
      [...week.querySelectorAll(".tracks li")].map((row) => ({ row, week, text: plain(row.textContent) })),
    ));

  const shown = ({ row, week }) => {
    const entry = document.createElement("li");
    entry.append(...[...row.childNodes].map((node) => node.cloneNode(true)), " ");
    const when = document.createElement("a");
    when.className = "when";
    when.href = `#${week.id}`;
    when.textContent = `${week.querySelector("h3").textContent}, ${week.querySelector(".days").textContent}`;
    entry.append(when);
    return entry;
  };

  input.addEventListener("focus", all);
  input.addEventListener("input", () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const matching = words.length ? all().filter(({ text }) => words.every((word) => text.includes(word))) : [];
    found.replaceChildren(...matching.slice(0, MOST).map(shown));
    const more = matching.length > MOST ? `, the first ${MOST} shown` : "";
    hits.textContent = words.length ? `${matching.length.toLocaleString("en")} found${more}` : "";
  });
  field.hidden = false;
}

document.querySelectorAll(".archive").forEach(searchIn);
document.querySelectorAll(".actions").forEach((actions) => (actions.hidden = false));
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches(".copy")) copy(button);
  if (button?.matches(".download")) download(button);
});
addEventListener("hashchange", openWeek);
addEventListener("beforeprint", () => document.querySelectorAll(".week details").forEach((one) => (one.open = true)));
openWeek();
