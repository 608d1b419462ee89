/* The officer's page: opens a report with the key file, and seals the answer. See sealed.js. */
(() => {
  "use strict";
  const place = document.querySelector("[data-sealed-report]");
  if (!place) return;
  const sealed = globalThis.waslSealed;
  const words = place.dataset;
  const names = JSON.parse(document.getElementById("answer-names").textContent);
  const status = place.querySelector("[data-status]");
  const say = (message) => { status.textContent = message; };
  if (!sealed.isAble) { say(words.cannot); return; }
  place.querySelector("[data-unlock]").parentElement.hidden = false;
  const shown = place.querySelector("[data-boxes]");
  let report = null;

  const line = (box, content) => {
    const item = document.createElement("li");
    item.className = "w-card w-flow-s";
    const head = document.createElement("p");
    head.className = "w-hint";
    const day = document.createElement("bdi");
    day.dir = "ltr";
    day.textContent = box.on;
    head.append((box.author === "OFFICER" ? words.officer : words.reporter) + " · ", day);
    item.append(head);
    if (!content) { item.append(words.unopened); return item; }
    const answers = content.answers || {};
    if (answers.matter) {
      const about = document.createElement("p");
      const office = document.createElement("bdi");
      office.textContent = names[answers.office] || answers.office || "";
      about.append((names[answers.matter] || answers.matter) + " · ", office);
      item.append(about);
    }
    if (content.words) {
      const said = document.createElement("p");
      said.className = "w-break";
      said.dir = "auto";
      // Each line its own, without a style of its own.
      content.words.split("\n").forEach((part, at) => { if (at) said.append(document.createElement("br")); said.append(part); });
      item.append(said);
    }
    if (content.type === "file") {
      const isPicture = content.content_type === "image/jpeg";
      const type = isPicture ? "image/jpeg" : "application/octet-stream";
      const address = URL.createObjectURL(new Blob([content.data], { type }));
      if (isPicture) {
        const picture = document.createElement("img");
        picture.src = address;
        picture.alt = words.picture;
        item.append(picture);
      }
      const link = document.createElement("a");
      link.href = address;
      link.download = isPicture ? "file.jpg" : "file.pdf";
      link.textContent = words.save;
      item.append(link);
    }
    return item;
  };

  place.querySelector("[data-unlock]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const file = form.querySelector("[type=file]").files[0];
    if (!file) { say(words.choose); return; }
    say(words.working);
    let key;
    try {
      key = await sealed.unlock(await file.text(), form.querySelector("[type=password]").value);
    } catch (_error) { say(words.wrong); return; }
    try {
      report = await (await fetch(words.address, { credentials: "same-origin", cache: "no-store" })).json();
      const reporter = sealed.fromBase64(report.reporter);
      shown.replaceChildren();
      let opened = 0;
      for (const box of report.boxes) {
        let content = null;
        try {
          content = sealed.contentOf(await sealed.open(sealed.fromBase64(box.sealed), key, sealed.context(reporter, box.author)));
          opened += 1;
        } catch (_error) { /* said in its place */ }
        shown.append(line(box, content));
      }
      form.reset();
      if (opened) form.parentElement.hidden = true;
      say(opened ? words.opened : words.none);
      const answer = place.querySelector("[data-answer]");
      if (answer && opened) answer.parentElement.hidden = false;
    } catch (_error) { say(words.failed); }
  });

  const answer = place.querySelector("[data-answer]");
  if (!answer) return;
  answer.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The words stand in a field without a name: a browser that did not run this would send nothing.
    const field = answer.querySelector("textarea");
    if (!report || !field.value.trim()) { say(words.empty); return; }
    const reporter = sealed.fromBase64(report.reporter);
    const readers = [...report.readers.map(sealed.fromBase64), reporter];
    const box = await sealed.seal(sealed.wordsOf(field.value.trim()), readers, sealed.context(reporter, "OFFICER"));
    const file = { format: "wasl-disclosures-answer/1", report: report.report, sealed: sealed.toBase64(box) };
    answer.querySelector("[name=sealed]").value = JSON.stringify(file);
    field.value = "";
    HTMLFormElement.prototype.submit.call(answer);
  });
})();
