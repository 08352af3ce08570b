// The "build": turns the page's source into what the server sends, so that a forgotten build step shows at once.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const source = readFileSync(new URL('./page.txt', import.meta.url), 'utf8').trim();
mkdirSync(new URL('./dist/', import.meta.url), { recursive: true });
writeFileSync(new URL('./dist/page.txt', import.meta.url), `${source}\nbuilt with Node ${process.version}\n`);
console.log(`built dist/page.txt (${source.length} characters)`);
