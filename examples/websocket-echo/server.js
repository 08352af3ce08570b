import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const port = Number(process.env.PORT ?? 3000);

const server = createServer((request, response) => {
  const known = { '/': 'a WebSocket echo: connect with ws://\n', '/health': 'ok\n' }[request.url];
  response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(known ?? 'not found\n');
});

const sockets = new WebSocketServer({ server, maxPayload: 16 * 1024 * 1024 });
sockets.on('connection', (socket, request) => {
  console.log(`connected: ${request.url}`);
  socket.on('message', (message, isBinary) => {
    // a client that sends without reading its echo is held back, so that the echo never grows in memory
    socket.send(message, { binary: isBinary }, () => {
      if (socket.isPaused && socket.bufferedAmount < 64 * 1024) socket.resume();
    });
    if (socket.bufferedAmount > 1024 * 1024) socket.pause();
  });
  socket.on('error', (error) => console.error(`socket failed: ${error.message}`));
  socket.on('close', (code) => console.log(`closed: ${code}`));
});

server.listen(port, () => console.log(`websocket-echo listens on port ${port}`));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    console.log(`${signal}: stopping`);
    for (const socket of sockets.clients) socket.close(1001, 'going away');
    server.close(() => process.exit(0));
    // a peer that does not answer the close must not hold the stop
    setTimeout(() => process.exit(0), 2000).unref();
  });
}
