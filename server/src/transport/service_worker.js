// Keeps the courier's page on the phone, so that it starts where there is no network.
//
// The server writes three lines above this one: VERSION, a hash of this text and of the files; PACKAGE,
// below which every name carries a hash of the content; and FILES, what the page is made of.
//
// It answers for nothing but that page and those files. The API, event streams, tiles and all other pages
// never come by here.

const PAGE = '/courier';
const VERSIONS = 'porchlight-files-';
const OWN_FILES = VERSIONS + VERSION;
const KEPT_PAGE = 'porchlight-page';

/** By this the server allows that an answer is kept: it was made for a courier who is signed in. */
const MAY_BE_KEPT = 'porchlight-keep';
/** What a copy says about itself: when it was made. */
const KEPT_AT = 'porchlight-kept';
/** How long to wait for the server when there is a copy: dead zones are slow more often than absent. */
const PATIENCE_MS = 1000;
/** A run is of today. Nobody finds yesterday's recipients on a phone that lay in a drawer. */
const KEPT_FOR_MS = 24 * 3600 * 1000;
/** Whoever asks one of these is about to be somebody else. */
const CHANGE_OF_PERSON = /^(\/sign-in|\/api\/ui\/v1\/sign-(in|up|out))$/;

/** Pages that had to do with the copy: the network has just been tried for them. */
const startedOffline = new Set();
/** Counts what was forgotten, so that an answer on its way meanwhile is not kept after all. */
let forgotten = 0;

addEventListener('install', (event) => event.waitUntil(takeFiles()));
addEventListener('activate', (event) => event.waitUntil(begin()));

addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') event.waitUntil(skipWaiting());
  if (event.data === 'refresh') event.waitUntil(refresh(event));
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
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  const answered = fresh.then((answer) => (answer.status < 500 ? answer : kept));
  const answer = await firstOf(answered, kept, PATIENCE_MS);
  if (answer === kept) startedOffline.add(event.resultingClientId);
  return answer;
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
  // The server has no page for whoever is here now. When it has no answer at all, nothing is known.
  else if (answer.status < 500) await forget();
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
  await Promise.all([caches.delete(KEPT_PAGE), forgetRun()]);
}

/** The run that the page has written down goes too (app/src/pages/courier/storage.rs); what is not sent stays. */
function forgetRun() {
  return new Promise((done) => {
    const opening = indexedDB.open('porchlight-courier');
    opening.onerror = done;
    opening.onsuccess = () => {
      const database = opening.result;
      if (database.objectStoreNames.contains('run')) {
        const clearing = database.transaction('run', 'readwrite');
        clearing.objectStore('run').clear();
        clearing.oncomplete = clearing.onabort = done;
      } else done();
      database.close();
    };
  });
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
