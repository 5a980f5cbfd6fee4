"""An HTTP server that answers as badly as it is told to.

    http_server.py LOG [--certificate FILE --key FILE] BEHAVIOUR...

Each request takes the next behaviour; once they are used up, all is well. It prints its port, and writes each request that
it took to LOG, a line of JSON each.

    ok  500  404 ...   that status        429:N       "Retry-After: N"
    reset              closes at once     half        closes within its answer
    slow:N             waits N seconds    redirect    to /elsewhere
    hang               never answers      refuse:TEXT 400 whenever the body has TEXT, from now on
"""

import argparse
import gzip
import http.server
import json
import os
import ssl
import socket
import struct
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("log")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--answer", default="{}")
parser.add_argument("--port", type=int, default=0)
parser.add_argument("behaviours", nargs="*")
options = parser.parse_args()
behaviours = list(options.behaviours)
refused = []
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            behaviour = behaviours.pop(0) if behaviours else "ok"
        kind, _, argument = behaviour.partition(":")
        if kind == "refuse":
            refused.append(argument.encode())
            kind = "ok"
        if kind == "slow":
            time.sleep(float(argument))
            kind = "ok"
        if kind == "hang":
            time.sleep(3600)
        if kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            os.dup2(os.open("/dev/null", os.O_RDWR), self.connection.fileno()) if options.certificate else self.connection.close()
            return
        encoding = self.headers.get("Content-Encoding")
        plain = gzip.decompress(body) if encoding == "gzip" else body if not encoding else b""
        status = 200 if kind in ("ok", "half") else 307 if kind == "redirect" else int(kind)
        if status == 200 and any(text in plain for text in refused):
            status = 400
        if status == 200 and kind != "half":
            with lock, open(options.log, "a") as log:
                headers = {name.lower(): value for name, value in self.headers.items()}
                text = plain.decode() if plain or not encoding else body.hex()
                log.write(json.dumps({"path": self.path, "headers": headers, "body": text}) + "\n")
        answer = options.answer.encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", argument)
        if status == 307:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(answer) + (100 if kind == "half" else 0)))
        self.end_headers()
        self.wfile.write(answer)
        if kind == "half":
            self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
server.daemon_threads = True
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
