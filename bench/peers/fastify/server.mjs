// The peer a competent Node.js team would write: Fastify, pg, undici; one transaction a login, statement by statement.
// PG* variables say where PostgreSQL is; WECHAT_BASE, APP, APP_SECRET, INDEX_KEY, SEAL_KEY and PORT the rest.

import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import Fastify from "fastify";
import pg from "pg";
import { Pool as HttpPool } from "undici";

const APP_ID = 1;
const SESSION_DAYS = 30;
const indexKey = Buffer.from(process.env.INDEX_KEY, "hex");
const sealKey = Buffer.from(process.env.SEAL_KEY, "hex");
const credentials = new URLSearchParams({ appid: process.env.APP, secret: process.env.APP_SECRET });

const database = new pg.Pool({ max: 16 });
const wechat = new HttpPool(process.env.WECHAT_BASE, { connections: 64, bodyTimeout: 5000, headersTimeout: 5000 });

const app = Fastify({ logger: true, disableRequestLogging: true });

app.addHook("onResponse", async (request, reply) => {
  request.log.info({ method: request.method, path: request.url, status: reply.statusCode, ms: reply.elapsedTime });
});

const schema = {
  body: {
    type: "object",
    required: ["code"],
    properties: { code: { type: "string", minLength: 1, maxLength: 128 } },
  },
  response: {
    201: { type: "object", properties: { token: { type: "string" }, expires_at: { type: "string" } } },
  },
};

app.post("/v1/login", { schema }, async (request, reply) => {
  const { openid, sessionKey } = await code2session(request.body.code);
  const now = new Date();
  const expiresAt = new Date(now.getTime() + SESSION_DAYS * 86_400_000);
  const token = randomBytes(32).toString("base64url");
  const client = await database.connect();
  try {
    await client.query("BEGIN");
    const subjectId = (await find(client, openid)) ?? (await enrol(client, openid, now));
    await client.query("UPDATE subject SET last_seen_at = $2 WHERE id = $1", [subjectId, now]);
    await client.query(
      `INSERT INTO session (token_hash, subject_id, app_id, session_key_sealed, opened_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [createHash("sha256").update(token).digest(), subjectId, APP_ID, seal(sessionKey), now, expiresAt],
    );
    await client.query("INSERT INTO log (at, kind, subject_id, body) VALUES ($1, $2, $3, $4)", [
      now,
      "login",
      subjectId,
      { app: APP_ID, subject: subjectId },
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
  reply.code(201);
  return { token, expires_at: expiresAt.toISOString() };
});

async function code2session(code) {
  const query = `${credentials}&js_code=${encodeURIComponent(code)}&grant_type=authorization_code`;
  const { body } = await wechat.request({ method: "GET", path: `/sns/jscode2session?${query}` });
  const answer = await body.json();
  if (answer.errcode) {
    throw Object.assign(new Error(`wechat ${answer.errcode}`), { statusCode: 401 });
  }
  return { openid: answer.openid, sessionKey: Buffer.from(answer.session_key, "base64") };
}

function indexOf(openid) {
  return createHmac("sha256", indexKey).update(openid).digest().subarray(0, 16);
}

async function find(client, openid) {
  const { rows } = await client.query(
    `SELECT subject.id FROM alias JOIN subject ON subject.id = alias.subject_id
     WHERE alias.app_id = $1 AND alias.openid_index = $2`,
    [APP_ID, indexOf(openid)],
  );
  return rows[0]?.id;
}

async function enrol(client, openid, now) {
  const { rows } = await client.query(
    "INSERT INTO subject (enrolled_at, last_seen_at) VALUES ($1, $1) RETURNING id",
    [now],
  );
  await client.query(
    "INSERT INTO alias (app_id, openid_index, subject_id, openid_sealed, named_at) VALUES ($1, $2, $3, $4, $5)",
    [APP_ID, indexOf(openid), rows[0].id, seal(Buffer.from(openid)), now],
  );
  return rows[0].id;
}

function seal(value) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealKey, nonce);
  return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
}

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
