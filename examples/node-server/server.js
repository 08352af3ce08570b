import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import ms from 'ms';

const page = readFileSync(new URL('./dist/page.txt', import.meta.url), 'utf8');
const port = Number(process.env.PORT ?? 3000);
const startedAt = Date.now();

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  console.log(`${request.method} ${path}`);
  if (path === '/') return text(response, 200, page);
  if (path === '/health') return text(response, 200, 'ok\n');
  if (path === '/uptime') return text(response, 200, `up for ${ms(Date.now() - startedAt)}\n`);
  if (path.startsWith('/environment/')) {
    const value = process.env[decodeURIComponent(path.slice('/environment/'.length))];
    return value === undefined ? text(response, 404, 'not set\n') : text(response, 200, `${value}\n`);
  }
  return text(response, 404, 'not found\n');
});

function text(response, status, body) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(body);
}

server.listen(port, () => console.log(`node-server listens on port ${port}`));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    console.log(`${signal}: stopping`);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
