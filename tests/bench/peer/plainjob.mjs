// The npm package plainjob as its manual has it; node_modules are in the folder MC_PEERS_NPM.
// usage: plainjob.mjs claim QUEUE      plainjob.mjs make COUNT QUEUE
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(process.env.MC_PEERS_NPM, "package.json"));
const Database = require("better-sqlite3");
const { better, defineQueue } = await import(pathToFileURL(require.resolve("plainjob")));

const queue = defineQueue({ connection: better(new Database(process.argv.at(-1))), maintenanceInterval: 1 << 30 });
if (process.argv[2] === "make") {
  queue.addMany("ticket", Array(Number(process.argv[3])).fill({ title: "t" }));
} else if (queue.getAndMarkJobAsProcessing("ticket") === undefined) {
  process.exitCode = 1;
}
queue.close();
