// SPDX-License-Identifier: Apache-2.0
'use strict';

/* One connection, what it subscribes to, and the last messages. The page works without anything but MQTT.js. */
(() => {
  const MOST_MESSAGES = 200;
  const $ = (id) => document.getElementById(id);
  let client = null;

  const here = new URL('mqtt', location.href);
  here.protocol = here.protocol === 'https:' ? 'wss:' : 'ws:';
  $('url').value = here.href;
  $('client-id').value = 'web-' + Math.random().toString(16).slice(2, 10);

  function show(state, text) {
    $('state').dataset.state = state;
    $('state').textContent = text;
    const connected = state === 'on';
    $('connect-button').textContent = client ? 'Disconnect' : 'Connect';
    document.querySelectorAll('#subscribe button, #publish button').forEach((button) => {
      button.disabled = !connected;
    });
  }

  function leave(text) {
    const leaving = client;
    client = null;
    if (leaving) {
      leaving.end(true);
    }
    $('subscriptions').replaceChildren();
    show(text ? 'bad' : 'off', text || 'not connected');
  }

  $('connect').addEventListener('submit', (event) => {
    event.preventDefault();
    if (client) {
      const leaving = client;
      client = null;
      leaving.end();
      leave();
      return;
    }
    const options = {
      protocolVersion: Number($('version').value),
      clientId: $('client-id').value,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 10000,
      // Its other way is a worker made of text, which the page does not allow to run.
      timerVariant: 'native',
    };
    if ($('username').value) {
      options.username = $('username').value;
      options.password = $('password').value;
    }
    let mine;
    try {
      mine = mqtt.connect($('url').value, options);
    } catch (failure) {
      show('bad', failure.message);
      return;
    }
    client = mine;
    show('off', 'connecting');
    const whenMine = (action) => (...values) => client === mine && action(...values);
    mine.on('connect', whenMine(() => show('on', 'connected')));
    mine.on('error', whenMine((failure) => leave(failure.message || 'no connection')));
    mine.on('disconnect', whenMine((packet) => leave(packet.properties?.reasonString || 'disconnected by the broker')));
    mine.on('close', whenMine(() => leave('the connection is closed')));
    mine.on('message', whenMine(received));
  });

  $('subscribe').addEventListener('submit', (event) => {
    event.preventDefault();
    const filter = $('filter').value;
    const mine = client;
    mine.subscribe(filter, { qos: Number($('subscribe-qos').value) }, (failure, granted) => {
      if (failure) {
        note('not subscribed to ' + filter + ': ' + failure.message);
      } else if (client === mine) {
        granted.forEach(subscribed);
      }
    });
  });

  function subscribed({ topic, qos }) {
    const old = [...$('subscriptions').children].find((each) => each.dataset.filter === topic);
    const entry = element('li', null, topic + ' · QoS ' + qos);
    entry.dataset.filter = topic;
    const button = element('button', 'quiet', 'end');
    button.type = 'button';
    button.addEventListener('click', () => client.unsubscribe(topic, () => entry.remove()));
    entry.append(button);
    if (old) {
      old.replaceWith(entry);
    } else {
      $('subscriptions').append(entry);
    }
  }

  $('publish').addEventListener('submit', (event) => {
    event.preventDefault();
    const options = { qos: Number($('publish-qos').value), retain: $('retain').checked };
    client.publish($('topic').value, $('message').value, options, (failure) => {
      if (failure) {
        note('not published: ' + failure.message);
      }
    });
  });

  $('clear').addEventListener('click', () => {
    $('messages').replaceChildren();
    $('hint').hidden = false;
  });

  function received(topic, payload, packet) {
    const item = element('li');
    const about = element('div', 'about');
    about.append(
      element('span', 'topic', topic),
      element('span', null, 'QoS ' + packet.qos + (packet.retain ? ' · retained' : '')),
      element('time', null, new Date().toLocaleTimeString()),
    );
    item.append(about, element('pre', null, payload.toString()));
    add(item);
  }

  function note(text) {
    add(element('li', 'about', text));
  }

  function add(item) {
    $('hint').hidden = true;
    $('messages').prepend(item);
    while ($('messages').children.length > MOST_MESSAGES) {
      $('messages').lastChild.remove();
    }
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) {
      made.className = className;
    }
    if (text !== undefined) {
      made.textContent = text;
    }
    return made;
  }
})();
