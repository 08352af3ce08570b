#!/bin/sh
# The first process of a container ignores SIGTERM unless it says otherwise, and httpd does not: so the shell does.
port=${PORT:-8080}
httpd -f -p "$port" -h /www &
server=$!
trap 'echo "stopping"; kill "$server"; exit 0' TERM INT
echo "hello-dockerfile listens on port $port"
wait "$server"
