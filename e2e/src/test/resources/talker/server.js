// What the load of the promises talks to: pages, slow bodies, event streams, uploads and WebSockets.
const http = require('http');
const crypto = require('crypto');
const fs = require('fs');

const text = fs.readFileSync('/version.txt', 'utf8').trim();
const big = Buffer.alloc(256 * 1024, 'abcdefgh');
let leaving = false;

const server = http.createServer((request, response) => {
  const answer = (body) => {
    // a keep-alive connection is told that this is the last answer it gets here
    response.setHeader('Connection', leaving ? 'close' : 'keep-alive');
    response.end(body);
  };
  if (request.url === '/big') return answer(big);
  if (request.url === '/events') return events(response);
  if (request.url === '/upload') return upload(request, answer);
  answer(text + '\n');
});

function events(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    response.write(`id: ${n}\ndata: ${text}\n\n`);
    if (n === 20) {
      clearInterval(timer);
      response.end('event: end\ndata: 20\n\n');
    }
  }, 100);
  response.on('close', () => clearInterval(timer));
}

function upload(request, answer) {
  const hash = crypto.createHash('sha256');
  let bytes = 0;
  request.on('data', (piece) => {
    bytes += piece.length;
    hash.update(piece);
  });
  request.on('end', () => answer(`${bytes} ${hash.digest('hex')}\n`));
}

// The echo of short text frames, without a library.
server.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${crypto.createHash('sha1').update(key).digest('base64')}\r\n\r\n`);
  let pending = Buffer.alloc(0);
  socket.on('data', (data) => {
    pending = Buffer.concat([pending, data]);
    while (pending.length >= 6 && pending.length >= 6 + (pending[1] & 0x7f)) {
      const length = pending[1] & 0x7f;
      const mask = pending.subarray(2, 6);
      const body = Buffer.from(pending.subarray(6, 6 + length)).map((b, i) => b ^ mask[i % 4]);
      const opcode = pending[0] & 0x0f;
      pending = pending.subarray(6 + length);
      socket.write(Buffer.concat([Buffer.from([0x80 | opcode, length]), body]));
      if (opcode === 8) socket.end();
    }
  });
  socket.on('error', () => socket.destroy());
});

process.on('SIGTERM', () => {
  leaving = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
server.keepAliveTimeout = 0;
server.listen(process.env.PORT || 8080);
