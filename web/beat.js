// Says once a minute that a game is open in front of somebody; what that means for anybody's play is decided elsewhere.
"use strict";
const beat = document.getElementById("beat");
const opened = Date.now();
const say = () => {
  if (document.visibilityState !== "visible") return;
  beat.elements.seconds.value = String(Math.round((Date.now() - opened) / 1000));
  fetch(beat.action, { method: "POST", body: new URLSearchParams(new FormData(beat)) }).catch(() => {});
};
say();
setInterval(say, 30000);
