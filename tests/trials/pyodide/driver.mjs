// Runs session.py in Pyodide: node driver.mjs CHECKOUT CACHE REGISTER AS_OF. What it prints is the session's.
// Python sees the folders mounted here and no others; its bytecode goes to the cache, nothing into the checkout.
import path from "node:path";
import { pathToFileURL } from "node:url";

const [checkout, cache, register, asOf] = process.argv.slice(2);
const from = pathToFileURL(path.join(cache, "node_modules", "pyodide", "pyodide.mjs"));
const { loadPyodide } = await import(from.href);
const python = await loadPyodide({ env: { HOME: "/home/pyodide", PYTHONPYCACHEPREFIX: "/bytecode" } });

const needed = ["macros", "addin/lite", "tests/live/addin", "tests/trials/pyodide"];
for (const folder of needed) python.mountNodeFS(`/kesu/${folder}`, path.join(checkout, folder));
python.mountNodeFS("/site", path.join(cache, "site"));
python.mountNodeFS("/bytecode", path.join(cache, "bytecode"));
python.mountNodeFS("/register", path.dirname(register));

python.globals.set("ARGUMENTS", python.toPy(["session.py", `/register/${path.basename(register)}`, asOf]));
const started = `
import runpy, sys
sys.path[:0] = ["/site", "/kesu/macros"]
sys.argv = ARGUMENTS
runpy.run_path("/kesu/tests/trials/pyodide/session.py", run_name="__main__")
`;
try {
  python.runPython(started);
} catch (error) {
  console.error(error.message); // the error itself would print all of Pyodide's source
  process.exitCode = 1;
}
