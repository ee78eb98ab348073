// Keeps the courier's page on the phone, so that it starts where there is no network.
//
// The server writes some lines above this one: VERSION, a hash of this text and of the files; PACKAGE,
// below which every name carries a hash of the content; FILES, what the page is made of; NAMES, what the page
// calls the things that both know (app/src/phone.rs); and NO_PAGE, what is said where there is no page.
//
// It answers for nothing but that page, those files and our own tiles of the map. The API, event streams and all
// other pages never come by here. Beside that it sends the steps that the page could not send.

const PAGE = '/courier';
const VERSIONS = 'porchlight-files-';
const OWN_FILES = VERSIONS + VERSION;
const KEPT_PAGE = 'porchlight-page';
const TILES = 'porchlight-tiles';

/** By this the server allows that an answer is kept: it was made for a courier who is signed in. */
const MAY_BE_KEPT = 'porchlight-keep';
/** What a copy says about itself: when it was made. */
const KEPT_AT = 'porchlight-kept';
/** How long to wait for the server when there is a copy: dead zones are slow more often than absent. */
const PATIENCE_MS = 1000;
/** A run is of today. Nobody finds yesterday's recipients on a phone that lay in a drawer. */
const KEPT_FOR_MS = 24 * 3600 * 1000;
/** So much of the map at most; the page names some hundred tiles. */
const TILE_BYTES = 8e6;
/** Tiles change with an import of the map. */
const TILE_AGE_MS = 24 * 3600 * 1000;
/** Whoever asks one of these is about to be somebody else. */
const CHANGE_OF_PERSON = /^(\/sign-in|\/api\/ui\/v1\/sign-(in|up|out))$/;

/** Pages that had to do with the copy: the network has just been tried for them. */
const startedOffline = new Set();
/** Counts what was forgotten, so that an answer on its way meanwhile is not kept after all. */
let forgotten = 0;
/** Counts the lists of tiles: a newer one replaces one that is being fetched. */
let lists = 0;

addEventListener('install', (event) => event.waitUntil(takeFiles()));
addEventListener('activate', (event) => event.waitUntil(begin()));

addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') event.waitUntil(skipWaiting());
  if (event.data === 'refresh') event.waitUntil(refresh(event));
  if (Array.isArray(event.data?.tiles)) event.waitUntil(keepTiles(event.data.tiles));
});

// There is a network, and the page may be closed.
addEventListener('sync', (event) => {
  if (event.tag === NAMES.sync) event.waitUntil(sendSteps());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const isPage = request.mode === 'navigate';
  if (CHANGE_OF_PERSON.test(pathname) && (isPage || request.method === 'POST')) event.waitUntil(forget());
  if (request.method !== 'GET') return;
  if (isPage && pathname === PAGE) event.respondWith(page(event));
  else if (pathname.startsWith(PACKAGE)) event.respondWith(hashed(request));
  else if (FILES.includes(pathname)) event.respondWith(file(event));
  else if (pathname.startsWith('/tiles/')) event.respondWith(tile(event));
});

/** All files or none: half a version would start and then stop. */
async function takeFiles() {
  const files = await caches.open(OWN_FILES);
  try {
    // What may be cached for ever is not asked for twice; of the rest no old copy will do.
    await files.addAll(FILES.map((path) => new Request(path, { cache: path.startsWith(PACKAGE) ? 'default' : 'no-cache' })));
  } catch (error) {
    await caches.delete(OWN_FILES);
    throw error;
  }
}

async function begin() {
  await clients.claim();
  await deleteOldFiles();
}

/** The page as it is now, and as it was when the server can't be reached. */
async function page(event) {
  const kept = await keptPage();
  const fresh = askForPage(event, event.request);
  if (!kept) return fresh.catch(noPage);
  event.waitUntil(fresh.catch(() => {}));
  const answered = fresh.then((answer) => (answer.status < 500 ? answer : kept));
  const answer = await firstOf(answered, kept, PATIENCE_MS);
  if (answer === kept) startedOffline.add(event.resultingClientId);
  return answer;
}

/** Neither a network nor a copy: whoever is here is told so in our words, and not in the browser's. */
function noPage() {
  const spoken = (navigator.languages ?? []).map((tag) => tag.split('-')[0]);
  const languages = NO_PAGE.map(({ language }) => language);
  const language = spoken.find((tag) => languages.includes(tag)) ?? languages[0];
  const { title, text, again } = NO_PAGE.find((words) => words.language === language);
  const style = FILES.find((path) => path.endsWith('.css'));
  const page = `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark"><title>${title}</title>
${style ? `<link rel="stylesheet" href="${style}">` : ''}</head>
<body><main class="main"><div class="empty empty--failure">
<span class="empty__picture"><svg class="icon" aria-hidden="true"><use href="/icons.svg#van"/></svg></span>
<h1 class="empty__title">${title}</h1><p class="empty__text">${text}</p>
<a class="button button--primary" href="${PAGE}">${again}</a></div></main></body></html>`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'",
  };
  return new Response(page, { status: 503, headers });
}

/** A name with a hash means one content, in whichever version. */
async function hashed(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** A file without a hash: as the server has it, so that pages and pictures are of one age. */
async function file(event) {
  const kept = await caches.match(event.request, { cacheName: OWN_FILES, ignoreVary: true });
  if (kept && startedOffline.has(event.clientId)) return kept;
  const fresh = fetch(event.request);
  return kept ? firstOf(fresh, kept, PATIENCE_MS) : fresh;
}

/** What comes in time, else the other. */
function firstOf(coming, other, patienceMs) {
  const patience = new Promise((done) => setTimeout(done, patienceMs, other));
  return Promise.race([coming.catch(() => other), patience]);
}

/** Asks the server for the page, and keeps or forgets the copy as the answer says. */
async function askForPage(event, request) {
  const before = forgotten;
  const answer = await fetch(request);
  if (answer.ok && answer.headers.has(MAY_BE_KEPT)) event.waitUntil(keep(answer.clone(), before));
  // The server has no page for whoever is here now. When it has no answer, or none yet, nothing is known.
  else if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) await forget();
  return answer;
}

/** An open page asks now and then, so that the next one starts with the run as it was known last. */
async function refresh(event) {
  // Not followed: a way to the sign-in page is an answer too.
  const request = new Request(PAGE, { headers: { accept: 'text/html' }, redirect: 'manual', cache: 'no-store' });
  const answer = await askForPage(event, request).catch(() => undefined);
  if (answer?.ok) event.source.postMessage('refreshed');
}

/** Keeps the page if everything that it loads is kept too: a newer server's page waits for its files. */
async function keep(answer, before) {
  const text = await answer.text();
  if (!(await hasAll(caches, text)) || before !== forgotten) return;
  const now = Date.now();
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, now);
  // Tells the page that it is a copy, and of when.
  const copy = text.replace('<head>', `<head><meta name="${KEPT_AT}" content="${now}">`);
  const pages = await caches.open(KEPT_PAGE);
  await pages.put(PAGE, new Response(copy, { headers }));
  if (before !== forgotten) await caches.delete(KEPT_PAGE);
  await deleteOldFiles();
}

/** Whether all code and style that a page names is kept in one place. */
async function hasAll(place, page) {
  const paths = [...page.matchAll(/"(\/[^"]+\.(?:js|wasm|css))"/g)].map(([, path]) => path);
  const found = await Promise.all(paths.map((path) => place.match(path, { ignoreVary: true })));
  return found.every(Boolean);
}

async function keptPage() {
  const kept = await caches.match(PAGE, { cacheName: KEPT_PAGE, ignoreVary: true });
  if (!kept || Date.now() - Number(kept.headers.get(KEPT_AT)) < KEPT_FOR_MS) return kept;
  await forget();
  return undefined;
}

async function forget() {
  forgotten += 1;
  await Promise.all([caches.delete(KEPT_PAGE), caches.delete(TILES), forgetRun()]);
}

/** The run that the page has written down goes too; what is not sent stays. */
async function forgetRun() {
  await withShelf(NAMES.run, 'readwrite', (run) => run.clear());
}

/**
 * What the page keeps (app/src/pages/courier/storage.rs): does something with one shelf, and answers with what came
 * of it once it is on the phone. Nothing is made here: where the page has kept nothing yet, there is nothing.
 */
async function withShelf(name, mode, act) {
  const opening = indexedDB.open(NAMES.database);
  opening.onupgradeneeded = () => opening.transaction.abort();
  const database = await settled(opening).catch(() => undefined);
  if (!database?.objectStoreNames.contains(name)) {
    database?.close();
    return undefined;
  }
  try {
    const transaction = database.transaction(name, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const came = act(transaction.objectStore(name));
    await done;
    return came?.result;
  } finally {
    database.close();
  }
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Sends what is kept, in order and under the keys that the page gave it: what arrives twice is taken once. */
async function sendSteps() {
  if (await isLookedAt()) return;
  await navigator.locks.request(NAMES.sending, sendInOrder);
}

/** A page that is looked at sends by itself, and lets people undo for a while. */
async function isLookedAt() {
  const windows = await clients.matchAll({ type: 'window' });
  return windows.some(({ url, visibilityState }) => new URL(url).pathname === PAGE && visibilityState === 'visible');
}

async function sendInOrder() {
  const me = await fetch('/api/v1/me');
  // Steps are sent once their courier has signed in again.
  if (isSignInNeeded(me)) return;
  if (!me.ok) throw new Error(`who is here: ${me.status}`);
  const { id } = await me.json();
  let atOnce = NAMES.at_once;
  for (;;) {
    const batch = firstSteps(await keptSteps(id), atOnce);
    if (batch.length === 0) return;
    if (!(await sendShots(batch)) || (await isLookedAt())) return;
    const steps = batch.map(({ key, done_at, step }) => ({
      key,
      done_s_ago: Math.max(0, (Date.now() - Date.parse(done_at)) / 1000),
      step,
    }));
    const answer = await fetch('/api/v1/courier/steps', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ steps }),
    });
    if (isSignInNeeded(answer)) return;
    const isUnreadable = answer.status === 400 || answer.status === 422;
    if (isUnreadable && batch.length > 1) {
      // One of them can't even be read: it is found by sending them alone.
      atOnce = 1;
    } else if (isUnreadable) {
      const { detail } = await answer.json();
      await settle(id, batch, [{ outcome: 'refused', why: detail ?? null, is_mendable: true }]);
    } else if (answer.ok) {
      const { outcomes } = await answer.json();
      if (outcomes.length === 0) throw new Error('the server took nothing');
      await settle(id, batch, outcomes);
      showBadge((await keptSteps(id)).length);
    } else throw new Error(`steps: ${answer.status}`);
  }
}

/** On the app's icon: how much is not sent yet. Where it can't be shown, nobody misses it. */
function showBadge(count) {
  navigator.setAppBadge?.(count).catch(() => {});
}

/**
 * The pictures that steps name. One that is not taken is said by the refusal of its step. False when the courier has
 * to sign in first.
 */
async function sendShots(batch) {
  for (const { step, shots } of batch) {
    for (const { picture, media_type, data } of shots ?? []) {
      const answer = await fetch(`/api/v1/deliveries/${step.reference}/pictures/${picture.hash}`, {
        method: 'PUT',
        headers: { 'content-type': media_type },
        body: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)),
      });
      if (isSignInNeeded(answer)) return false;
      if (answer.status >= 500 || answer.status === 429) throw new Error(`picture: ${answer.status}`);
    }
  }
  return true;
}

const isSignInNeeded = ({ status }) => status === 401 || status === 403;

/** One courier's steps that may still be taken, oldest first. Couriers who share a phone have their own. */
async function keptSteps(id) {
  const own = IDBKeyRange.bound([id, -Infinity], [id, Infinity]);
  const texts = (await withShelf(NAMES.steps, 'readonly', (steps) => steps.getAll(own))) ?? [];
  // What another version wrote is for its courier to read, and keeps nothing back.
  const kept = texts.map((text) => JSON.parse(text)).filter(({ key, step }) => key && step);
  const withdrawn = kept.filter(({ step }) => step.kind === 'withdraw').map(({ step }) => step.key);
  return kept.filter(({ key, refused }) => !refused && !withdrawn.includes(key));
}

/** As many as go into one request. */
function firstSteps(steps, atOnce) {
  let bytes = 0;
  const isFull = ({ step }, place) => {
    bytes += JSON.stringify(step).length;
    return place >= atOnce || (place > 0 && bytes > NAMES.bytes_at_once);
  };
  const end = steps.findIndex(isFull);
  return end < 0 ? steps : steps.slice(0, end);
}

/** What was taken is forgotten, what was refused waits for the courier to read why. */
async function settle(id, batch, outcomes) {
  await withShelf(NAMES.steps, 'readwrite', (steps) => {
    for (const [place, { outcome, ...refused }] of outcomes.entries()) {
      const key = [id, Date.parse(batch[place].done_at)];
      if (outcome === 'taken') steps.delete(key);
      // What was undone meanwhile does not come back.
      else steps.getKey(key).onsuccess = ({ target }) => {
        if (target.result) steps.put(JSON.stringify({ ...batch[place], refused }), key);
      };
    }
  });
}

/** A tile that is kept is there at once, and fetched anew when it is old. */
async function tile(event) {
  const kept = await caches.match(event.request, { cacheName: TILES, ignoreVary: true });
  if (!kept) return fetch(event.request);
  if (Date.now() - Number(kept.headers.get(KEPT_AT)) > TILE_AGE_MS) {
    event.waitUntil(caches.open(TILES).then((tiles) => fetchTile(tiles, event.request.url)).catch(() => {}));
  }
  return kept;
}

/**
 * Keeps these tiles and no others, those of the list's beginning first. One after the other: what the courier does
 * meanwhile must not wait. Whoever pays for each megabyte, or says so, keeps what they look at only.
 */
async function keepTiles(paths) {
  lists += 1;
  const [own, before] = [lists, forgotten];
  if (paths.length === 0) return void (await caches.delete(TILES));
  const tiles = await caches.open(TILES);
  let bytes = 0;
  const kept = new Set();
  for (const request of await tiles.keys()) {
    const { pathname } = new URL(request.url);
    if (paths.includes(pathname)) {
      kept.add(pathname);
      bytes += Number((await tiles.match(request))?.headers.get('content-length') ?? 0);
    } else await tiles.delete(request);
  }
  if (navigator.connection?.saveData) return;
  for (const path of paths.filter((path) => !kept.has(path))) {
    if (bytes >= TILE_BYTES || own !== lists) break;
    try {
      bytes += await fetchTile(tiles, path);
    } catch {
      // A dead zone: the page names them again when it is opened, or has another run.
      break;
    }
  }
  // Somebody signed out meanwhile.
  if (before !== forgotten) await caches.delete(TILES);
}

/** Says how many bytes it has; nothing beyond the map's edge. */
async function fetchTile(tiles, path) {
  const answer = await fetch(path, { priority: 'low' });
  if (!answer.ok) return 0;
  const picture = await answer.blob();
  const headers = { 'content-type': picture.type, 'content-length': picture.size, [KEPT_AT]: Date.now() };
  await tiles.put(path, new Response(picture, { headers }));
  return picture.size;
}

/** Files of older versions go as soon as the copy of the page can do without them. */
async function deleteOldFiles() {
  const kept = await keptPage();
  const own = await caches.open(OWN_FILES);
  if (kept && !(await hasAll(own, await kept.text()))) return;
  const names = await caches.keys();
  // A newer version has files too, and they are none of this one's business. Looked at after the names: one
  // that comes later is not among them.
  if (registration.installing || registration.waiting || self.serviceWorker?.state === 'redundant') return;
  const old = names.filter((name) => name.startsWith(VERSIONS) && name !== OWN_FILES);
  await Promise.all(old.map((name) => caches.delete(name)));
}
