// Drive node-easywechat, unchanged, against the sandbox: tokens, login, phone number, decryption, message push.
// Given on standard input: {base, appid, secret, token, aesKey}. Speaks JSON lines: first {"port"}, where it takes
// pushes; then for each line of input {"do": …} one line of output.
"use strict";
const http = require("node:http");
const readline = require("node:readline");
const { MiniApp, ServerRequest } = require("node-easywechat");

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");

function appOf({ base, appid, secret, token, aesKey, stable }) {
  return new MiniApp({
    app_id: appid,
    secret,
    token,
    aes_key: aesKey,
    use_stable_access_token: stable,
    http: { baseURL: base, throw: false },
  });
}

async function takePush(app, request, response) {
  app.setRequest(await ServerRequest.createFromIncomingMessage(request));
  const server = app.getServer();
  server.with((message) => {
    say({ pushed: { Event: message.Event, OpenID: message.OpenID, RevokeInfo: message.RevokeInfo } });
    return "success";
  });
  const answer = await server.serve();
  response.writeHead(answer.getStatusCode(), { "Content-Type": "text/plain" });
  response.end(answer.getBody());
}

const deeds = {
  token: async (app) => ({ token: await app.getAccessToken().getToken() }),
  refresh: async (app) => ({ token: await app.getAccessToken().refresh() }),
  login: async (app, { code }) => ({ session: await app.getUtils().codeToSession(code) }),
  phone: async (app, { code }) => {
    const answer = await app.getClient().postJson("/wxa/business/getuserphonenumber", { code });
    return { answer: answer.toObject() };
  },
  decrypt: async (app, { sessionKey, iv, data }) => ({ data: app.getUtils().decryptSession(sessionKey, iv, data) }),
};

async function main() {
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const given = JSON.parse((await lines.next()).value);
  const apps = { plain: appOf({ ...given, stable: false }), stable: appOf({ ...given, stable: true }) };
  const server = http.createServer((request, response) => {
    takePush(apps.plain, request, response).catch((error) => {
      say({ error: String(error) });
      response.writeHead(500).end();
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  say({ port: server.address().port });
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const wish = JSON.parse(line.value);
    try {
      say(await deeds[wish.do](apps[wish.app ?? "stable"], wish));
    } catch (error) {
      say({ error: String(error) });
    }
  }
  server.close();
}

main();
