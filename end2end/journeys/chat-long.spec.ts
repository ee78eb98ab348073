import type { Page } from '@playwright/test';
import { bubbles, chat, courierAt, CUSTOMER, openForCourier, openForCustomer, out, say } from '../support/chat';
import { expect, open, reload, signIn, test } from '../support/test';

const MESSAGES = 10_000;

/** Puts copies of the first message into what this browser keeps, as if so many had been written. */
async function lengthen(page: Page, messages: number): Promise<void> {
  await page.evaluate(async (last) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('porchlight-chat'));
    const key = (await done(database.transaction('keys').objectStore('keys').get('browser'))) as CryptoKey;
    const unseal = async (record: Uint8Array) => {
      const data = new Uint8Array(record);
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: data.slice(0, 12) }, key, data.slice(12));
      return JSON.parse(new TextDecoder().decode(plain));
    };
    const seal = async (thing: unknown) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(JSON.stringify(thing)));
      const record = new Uint8Array(12 + sealed.byteLength);
      record.set(iv);
      record.set(new Uint8Array(sealed), 12);
      return record;
    };
    const records = () => database.transaction('records').objectStore('records');
    const places = (await done(records().getAllKeys())) as unknown as (string | number)[][];
    const memoryAt = places.find((place) => place[1] === 'chat')!;
    const itemAt = places.find((place) => place[1] === 'item' && place[3] === 1000)!;
    const memory = await unseal(await done(records().get(memoryAt as IDBValidKey)));
    const item = await unseal(await done(records().get(itemAt as IDBValidKey)));
    const sealed: [IDBValidKey, Uint8Array][] = [];
    for (let seq = 2; seq <= last; seq++) {
      const words = `Message ${seq}${seq % 7 === 0 ? ', which has more to say than the others and takes two lines' : ''}`;
      const copy = { Message: { ...item.Message, seq, body: { kind: 'text', text: words } } };
      sealed.push([[...itemAt.slice(0, 3), seq * 1000] as IDBValidKey, await seal(copy)]);
    }
    sealed.push([memoryAt as IDBValidKey, await seal({ ...memory, last_seq: last })]);
    const writing = database.transaction('records', 'readwrite');
    for (const [place, record] of sealed) writing.objectStore('records').put(record, place);
    await new Promise((resolve) => (writing.oncomplete = resolve));
    database.close();
  }, messages);
}

test('a chat of ten thousand messages is read page by page, and nothing jumps', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  // The server has one message, and is told that thousands were read.
  consoleErrors.expect(/422/);
  const parcel = await out(server, 'An accordion');
  const { elsewhere, courier } = await courierAt(browser, server);
  await openForCourier(courier, parcel);
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await openForCustomer(page, parcel);
  await say(page, 'Message 1');
  await expect(bubbles(courier)).toHaveText(['Message 1']);
  await elsewhere.close();
  await lengthen(page, MESSAGES);
  await reload(page);
  await openForCustomer(page, parcel);
  const last = chat(page).getByText(`Message ${MESSAGES}`, { exact: true });
  await expect(last).toBeInViewport();

  const scroller = page.locator('.chat__scroll');
  for (let step = 1; step <= 12; step++) {
    const before = (await bubbles(page).first().textContent()) ?? '';
    const first = chat(page).getByText(before, { exact: true });
    const height = await scroller.evaluate((list) => {
      list.scrollTop = 0;
      return list.querySelector('.bubble')!.getBoundingClientRect().top;
    });
    await expect(bubbles(page).first()).not.toHaveText(before);
    const moved = () =>
      first.evaluate((words, was) => Math.abs(words.closest('.bubble')!.getBoundingClientRect().top - was), height);
    await expect.poll(moved, `${before} moved at step ${step}`).toBeLessThan(4);
    expect(await bubbles(page).count()).toBeLessThanOrEqual(200);
  }
  expect(await bubbles(page).last().textContent()).not.toContain(`${MESSAGES}`);
  await page.getByRole('button', { name: 'Newest messages' }).click();
  await expect(last).toBeInViewport();
});
