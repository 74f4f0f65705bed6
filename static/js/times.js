// Tells the server the browser's time zone (for <time>), and keeps relative times fresh.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && /^[A-Za-z0-9_+\-/]{1,64}$/.test(zone) && !document.cookie.split("; ").includes(`tz=${zone}`)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `tz=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];

function words(seconds) {
  const length = Math.abs(seconds);
  if (length < 60) return null;
  const [unit, size] = steps.find(([, size]) => length >= size);
  const n = Math.floor(length / size);
  const said = unit === "minute" ? `${n} min` : unit === "hour" ? `${n} h` : n === 1 ? "1 day" : `${n} days`;
  return seconds > 0 ? `${said} ago` : `in ${said}`;
}

function refresh() {
  if (!document.documentElement.lang.startsWith("en")) return; // the server wrote the words in another language
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const said = words((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (said && time.textContent !== said) time.textContent = said;
  }
}
setInterval(() => document.hidden || refresh(), 30000);
