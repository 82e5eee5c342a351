// Where she is, for times on her own clock: <input type="hidden" data-time-zone>. Without a script: the organisation's.
for (const field of document.querySelectorAll("[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
