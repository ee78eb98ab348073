// Shows what is pushed, also when no page is open, and opens the page it is about.
//
// Its scope has no pages: it never stands between a page and the server, keeps nothing, and so can be replaced at once.

const ICON = '/icons/app-192.png';
const SUBSCRIPTIONS = '/api/v1/push-subscriptions';

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('push', (event) => event.waitUntil(show(event)));
addEventListener('notificationclick', (event) => event.waitUntil(follow(event)));
addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)));

/** Whatever comes is shown: browsers end the subscription of who shows nothing. */
async function show(event) {
  const news = read(event.data);
  const { id, title, body, path, lang, image, time, actions } = news;
  await registration.showNotification(title ?? 'Porchlight', {
    body: body ?? '',
    lang: lang ?? 'en',
    icon: ICON,
    badge: ICON,
    // What comes twice takes the place of the first, without a sound.
    tag: id ?? 'porchlight',
    image: image ?? undefined,
    timestamp: time ?? Date.now(),
    actions: (actions ?? []).map(({ action, title }) => ({ action, title })),
    data: {
      id,
      path: own(path) ?? '/notifications',
      actions: Object.fromEntries((actions ?? []).map(({ action, path }) => [action, own(path)])),
    },
  });
}

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

/** A path of this site, and nothing else. */
function own(path) {
  if (typeof path !== 'string') return undefined;
  const url = new URL(path, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : undefined;
}

/** Opens what it is about: in the window that shows it already, or else in a new one. */
async function follow(event) {
  event.notification.close();
  const { id, path, actions } = event.notification.data ?? {};
  const target = actions?.[event.action] ?? path ?? '/notifications';
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const shown = windows.find(({ url }) => new URL(url).pathname === target);
  const opened = shown ? shown.focus() : clients.openWindow(target);
  await Promise.all([opened, markRead(id)]);
}

/** Who followed it has read it. */
async function markRead(id) {
  if (!id) return;
  await fetch(`/api/v1/notifications/${encodeURIComponent(id)}/read`, { method: 'PUT' }).catch(() => {});
}

/** The browser's push service ended the subscription: the server is told of the next one. */
async function renew({ oldSubscription, newSubscription }) {
  const options = oldSubscription?.options;
  const renewed =
    newSubscription ??
    (options?.applicationServerKey
      ? await registration.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: options.applicationServerKey,
        })
      : undefined);
  if (!renewed) return;
  const { endpoint, keys } = renewed.toJSON();
  await fetch(SUBSCRIPTIONS, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpoint, keys, replaces: oldSubscription?.endpoint }),
  });
}
