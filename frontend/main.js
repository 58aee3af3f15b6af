import { initAll as initGovuk } from "govuk-frontend";
import { initAll as initMoj } from "@ministryofjustice/frontend";
import { startAutosave } from "./js/autosave.js";
import { startKeys } from "./js/keys.js";
import { startLive } from "./js/live.js";
import { startMenus, startCopying, startFilters, startClock } from "./js/small.js";
import { startProgress } from "./js/progress.js";
import { startRegisters } from "./js/register.js";
import { startSealed } from "./js/sealed.js";
import { startTables } from "./js/tables.js";

initGovuk();
initMoj();
for (const start of [
  startKeys, startTables, startAutosave, startProgress, startRegisters, startSealed, startLive, startMenus, startCopying,
  startFilters, startClock,
]) {
  start(document);
}
