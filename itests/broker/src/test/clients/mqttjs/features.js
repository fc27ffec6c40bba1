// SPDX-License-Identifier: Apache-2.0
// What users of MQTT.js do: features.js PORT FEATURE. It ends with 0 if all of it went well.
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const mqtt = require('mqtt');

const url = `mqtt://127.0.0.1:${process.argv[2]}`;
const versions = [4, 5];
setTimeout(() => {
    throw new Error('it takes too long');
}, 25_000).unref();

/** A client that keeps what it hears until somebody asks. */
class Client {
    static async connect(clientId, protocolVersion, options = {}) {
        const client = new Client();
        client.version = protocolVersion;
        client.heard = [];
        client.mqtt = mqtt.connect(url, { clientId, protocolVersion, clean: true, reconnectPeriod: 0, ...options });
        client.mqtt.on('message', (topic, payload, packet) => {
            client.heard.push(packet);
            client.mqtt.emit('heard');
        });
        [client.connAck] = await once(client.mqtt, 'connect');
        return client;
    }

    async subscribe(topic, options) {
        const granted = await this.mqtt.subscribeAsync(topic, options);
        granted.forEach((each) => assert.ok(each.qos < 0x80, `${each.topic}: ${each.qos}`));
    }

    publish(topic, payload, options) {
        return this.mqtt.publishAsync(topic, payload, options);
    }

    async message() {
        while (this.heard.length === 0) {
            await once(this.mqtt, 'heard');
        }
        return this.heard.shift();
    }

    async hears(topic, payload, qos, retain = false) {
        const packet = await this.message();
        assert.deepStrictEqual([packet.topic, packet.payload.toString(), packet.qos, packet.retain], [topic, payload, qos, retain]);
        return packet;
    }

    /** What it says to itself is the next that it hears. */
    async hearsNothingBut(topic) {
        await this.subscribe(topic, { qos: 0 });
        await this.publish(topic, 'last', { qos: 0 });
        await this.hears(topic, 'last', 0);
    }

    end() {
        return this.mqtt.endAsync();
    }

    /** The connection ends without DISCONNECT. */
    breakOff() {
        this.mqtt.stream.destroy();
    }
}

/** A session that outlives its connection, in the words of each version. */
function lasting(version) {
    return version === 5 ? { clean: false, properties: { sessionExpiryInterval: 3600 } } : { clean: false };
}

const features = {
    async messages() {
        for (const version of versions) {
            const client = await Client.connect(`js-messages-${version}`, version);
            await client.subscribe('js/messages/#', { qos: 2 });
            for (const qos of [0, 1, 2]) {
                await client.publish(`js/messages/${qos}`, `grüße ${qos}`, { qos });
                await client.hears(`js/messages/${qos}`, `grüße ${qos}`, qos);
            }
            await client.publish('js/messages/large', 'x'.repeat(300_000), { qos: 1 });
            assert.strictEqual((await client.message()).payload.length, 300_000);
            await client.end();
        }
    },

    async retained() {
        for (const version of versions) {
            const publisher = await Client.connect(`js-retained-${version}`, version);
            await publisher.publish('js/retained', 'kept', { qos: 1, retain: true });
            const later = await Client.connect(`js-later-${version}`, version);
            await later.subscribe('js/+', { qos: 1 });
            await later.hears('js/retained', 'kept', 1, true);
            await publisher.publish('js/retained', '', { qos: 1, retain: true });
            await later.hears('js/retained', '', 1);
            const last = await Client.connect(`js-last-${version}`, version);
            await last.subscribe('js/retained', { qos: 1 });
            await last.hearsNothingBut('js/fence');
            await Promise.all([publisher, later, last].map((client) => client.end()));
        }
    },

    async will() {
        const watcher = await Client.connect('js-watcher', 4);
        await watcher.subscribe('js/will/+', { qos: 1 });
        for (const version of versions) {
            const will = { topic: `js/will/${version}`, payload: Buffer.from('gone'), qos: 1, retain: false };
            const dying = await Client.connect('js-dying', version, { will });
            dying.breakOff();
            await watcher.hears(will.topic, 'gone', 1);
            const leaving = await Client.connect('js-leaving', version, { will });
            await leaving.end();
        }
        await watcher.hearsNothingBut('js/fence');
        await watcher.end();
    },

    async session() {
        for (const version of versions) {
            const name = `js-session-${version}`;
            const topic = `js/session/${version}`;
            const away = await Client.connect(name, version, lasting(version));
            assert.strictEqual(away.connAck.sessionPresent, false);
            await away.subscribe(topic, { qos: 2 });
            await away.end();
            const publisher = await Client.connect('js-publisher', version);
            for (let i = 0; i < 20; i++) {
                await publisher.publish(topic, `${i}`, { qos: 1 + (i % 2) });
            }
            await publisher.end();
            const back = await Client.connect(name, version, lasting(version));
            assert.strictEqual(back.connAck.sessionPresent, true);
            const heard = [];
            for (let i = 0; i < 20; i++) {
                const packet = await back.message();
                assert.strictEqual(packet.qos, 1 + (packet.payload % 2));
                heard.push(Number(packet.payload));
            }
            // it hands QoS 2 on at PUBREL
            assert.deepStrictEqual(heard.sort((a, b) => a - b), [...Array(20).keys()]);
            await back.end();
            const anew = await Client.connect(name, version);
            assert.strictEqual(anew.connAck.sessionPresent, false);
            await anew.end();
        }
    },

    async properties() {
        const client = await Client.connect('js-properties', 5);
        assert.ok(client.connAck.properties.receiveMaximum > 0);
        await client.subscribe('js/properties', { qos: 1, rap: true, properties: { subscriptionIdentifier: 7 } });
        await client.publish('js/properties', 'hello', {
            qos: 1,
            properties: {
                contentType: 'text/plain',
                responseTopic: 'js/answer',
                correlationData: Buffer.from([0, 255]),
                messageExpiryInterval: 600,
                payloadFormatIndicator: true,
                userProperties: { b: ['2', '3'], a: '1' },
            },
        });
        const { properties } = await client.hears('js/properties', 'hello', 1);
        assert.strictEqual(properties.contentType, 'text/plain');
        assert.strictEqual(properties.responseTopic, 'js/answer');
        assert.deepStrictEqual([...properties.correlationData], [0, 255]);
        assert.ok(properties.messageExpiryInterval > 500 && properties.messageExpiryInterval <= 600);
        assert.strictEqual(properties.payloadFormatIndicator, true);
        assert.deepStrictEqual({ ...properties.userProperties }, { b: ['2', '3'], a: '1' });
        assert.strictEqual(properties.subscriptionIdentifier, 7);
        await client.subscribe('js/own', { qos: 1, nl: true });
        await client.publish('js/own', 'mine', { qos: 1 });
        await client.hearsNothingBut('js/fence');
        await client.end();
    },

    async aliases() {
        const options = { autoAssignTopicAlias: true, properties: { topicAliasMaximum: 10 } };
        const publisher = await Client.connect('js-aliases', 5, options);
        const subscriber = await Client.connect('js-subscriber', 5, { properties: { topicAliasMaximum: 10 } });
        await subscriber.subscribe('js/aliases/#', { qos: 1 });
        for (let i = 0; i < 40; i++) {
            await publisher.publish(`js/aliases/${i % 4}`, `${i}`, { qos: 1 });
        }
        for (let i = 0; i < 40; i++) {
            assert.strictEqual((await subscriber.message()).payload.toString(), `${i}`);
        }
        await Promise.all([publisher, subscriber].map((client) => client.end()));
    },

    async shared() {
        for (const version of versions) {
            const members = [];
            for (let i = 0; i < 3; i++) {
                const member = await Client.connect(`js-member-${i}`, version);
                await member.subscribe('$share/js/js/shared', { qos: 1 });
                members.push(member);
            }
            const publisher = await Client.connect('js-publisher', version);
            for (let i = 0; i < 30; i++) {
                await publisher.publish('js/shared', `${i}`, { qos: 1 });
            }
            const heard = [];
            for (const [i, member] of members.entries()) {
                await member.subscribe(`js/fence/${i}`, { qos: 0 });
                await member.publish(`js/fence/${i}`, 'last');
                for (let packet = await member.message(); packet.topic === 'js/shared'; packet = await member.message()) {
                    heard.push(Number(packet.payload));
                }
            }
            assert.deepStrictEqual(heard.sort((a, b) => a - b), [...Array(30).keys()]);
            await Promise.all([...members, publisher].map((client) => client.end()));
        }
    },
};

features[process.argv[3]]().catch((failure) => {
    console.error(failure);
    process.exit(1);
});
