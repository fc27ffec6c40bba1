# SPDX-License-Identifier: Apache-2.0
"""What users of Eclipse Paho's Python client do: features.py PORT FEATURE. It ends with 0 if all of it went well."""

import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

PATIENCE = 20
PORT = int(sys.argv[1])
VERSIONS = (mqtt.MQTTv31, mqtt.MQTTv311, mqtt.MQTTv5)
# version 2 of the library wants to be told that its callbacks are those of version 1
CALLBACKS = {"callback_api_version": mqtt.CallbackAPIVersion.VERSION1} if hasattr(mqtt, "CallbackAPIVersion") else {}


class Client:
    """A client that waits for what it is answered."""

    def __init__(self, name, version=mqtt.MQTTv311, clean=True, expiry=0, will=None):
        old = {} if version == mqtt.MQTTv5 else {"clean_session": clean}
        self.version = version
        self.messages = queue.Queue()
        self.connected = queue.Queue()
        self.acknowledged = queue.Queue()
        self.mqtt = mqtt.Client(client_id=name, protocol=version, **old, **CALLBACKS)
        self.mqtt.on_message = lambda client, data, message: self.messages.put(message)
        self.mqtt.on_subscribe = lambda client, data, mid, codes, properties=None: self.acknowledged.put(codes)
        if version == mqtt.MQTTv5:
            self.mqtt.on_connect = lambda client, data, flags, code, properties: self.connected.put((flags, code, properties))
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = expiry
            more = {"clean_start": clean, "properties": properties}
        else:
            self.mqtt.on_connect = lambda client, data, flags, code: self.connected.put((flags, code, None))
            more = {}
        if will:
            self.mqtt.will_set(*will)
        self.mqtt.connect("127.0.0.1", PORT, **more)
        self.mqtt.loop_start()
        flags, code, self.properties = self.connected.get(timeout=PATIENCE)
        assert code == 0, code
        self.session_present = flags["session present"]

    def subscribe(self, topic, qos=0, **more):
        self.mqtt.subscribe(topic, qos, **more)
        codes = [getattr(code, "value", code) for code in self.acknowledged.get(timeout=PATIENCE)]
        assert all(code < 0x80 for code in codes), codes

    def publish(self, topic, payload, qos=0, retain=False, properties=None):
        more = {"properties": properties} if self.version == mqtt.MQTTv5 else {}
        info = self.mqtt.publish(topic, payload, qos, retain, **more)
        info.wait_for_publish(PATIENCE)
        assert info.is_published()

    def message(self):
        return self.messages.get(timeout=PATIENCE)

    def hears(self, topic, payload, qos=0, retain=False):
        message = self.message()
        heard = (message.topic, message.payload.decode(), message.qos, message.retain)
        assert heard == (topic, payload, qos, retain), heard
        return message

    def hears_nothing_but(self, topic):
        """What it says to itself is the next that it hears."""
        self.subscribe(topic)
        self.publish(topic, "last")
        self.hears(topic, "last")

    def disconnect(self):
        self.mqtt.disconnect()
        self.mqtt.loop_stop()

    def break_off(self):
        """The connection ends without DISCONNECT."""
        self.mqtt.loop_stop()
        self.mqtt.socket().close()


def messages():
    for version in VERSIONS:
        client = Client("py-messages-%d" % version, version)
        client.subscribe("py/messages/#", 2)
        for qos in (0, 1, 2):
            client.publish("py/messages/%d" % qos, "grüße %d" % qos, qos)
            client.hears("py/messages/%d" % qos, "grüße %d" % qos, qos)
        client.publish("py/messages/large", "x" * 300_000, 1)
        assert len(client.message().payload) == 300_000
        client.disconnect()


def retained():
    for version in VERSIONS:
        publisher = Client("py-retained-%d" % version, version)
        publisher.publish("py/retained", "kept", 1, True)
        later = Client("py-later-%d" % version, version)
        later.subscribe("py/+", 1)
        later.hears("py/retained", "kept", 1, True)
        publisher.publish("py/retained", "", 1, True)
        later.hears("py/retained", "", 1, False)
        last = Client("py-last-%d" % version, version)
        last.subscribe("py/retained", 1)
        last.hears_nothing_but("py/fence")
        for client in (publisher, later, last):
            client.disconnect()


def will():
    watcher = Client("py-watcher")
    watcher.subscribe("py/will/+", 1)
    for version in VERSIONS:
        topic = "py/will/%d" % version
        Client("py-dying", version, will=(topic, "gone", 1, False)).break_off()
        watcher.hears(topic, "gone", 1)
        Client("py-leaving", version, will=(topic, "gone", 1, False)).disconnect()
    watcher.hears_nothing_but("py/fence")
    watcher.disconnect()


def session():
    for version in VERSIONS:
        name = "py-session-%d" % version
        topic = "py/session/%d" % version
        away = Client(name, version, clean=False, expiry=3600)
        assert version == mqtt.MQTTv31 or not away.session_present
        away.subscribe(topic, 2)
        away.disconnect()
        publisher = Client("py-publisher", version)
        for i in range(20):
            publisher.publish(topic, str(i), 1 + i % 2)
        publisher.disconnect()
        back = Client(name, version, clean=False, expiry=3600)
        assert version == mqtt.MQTTv31 or back.session_present
        heard = [(message.payload.decode(), message.qos) for message in (back.message() for _ in range(20))]
        assert sorted(heard) == sorted((str(i), 1 + i % 2) for i in range(20)), heard  # it hands QoS 2 on at PUBREL
        back.disconnect()
        anew = Client(name, version, clean=True)
        assert not anew.session_present
        anew.disconnect()


def properties():
    client = Client("py-properties", mqtt.MQTTv5)
    assert client.properties.ReceiveMaximum > 0
    identifier = Properties(PacketTypes.SUBSCRIBE)
    identifier.SubscriptionIdentifier = 7
    client.mqtt.subscribe("py/properties", options=SubscribeOptions(qos=1, retainAsPublished=True), properties=identifier)
    client.acknowledged.get(timeout=PATIENCE)
    sent = Properties(PacketTypes.PUBLISH)
    sent.ContentType = "text/plain"
    sent.ResponseTopic = "py/answer"
    sent.CorrelationData = b"\x00\xff"
    sent.MessageExpiryInterval = 600
    sent.PayloadFormatIndicator = 1
    sent.UserProperty = [("b", "2"), ("a", "1"), ("b", "3")]
    client.publish("py/properties", "hello", 1, False, sent)
    heard = client.hears("py/properties", "hello", 1).properties
    assert heard.ContentType == "text/plain"
    assert heard.ResponseTopic == "py/answer"
    assert heard.CorrelationData == b"\x00\xff"
    assert 500 < heard.MessageExpiryInterval <= 600
    assert heard.PayloadFormatIndicator == 1
    assert heard.UserProperty == [("b", "2"), ("a", "1"), ("b", "3")]
    assert heard.SubscriptionIdentifier == [7]
    client.mqtt.subscribe("py/own", options=SubscribeOptions(qos=1, noLocal=True))
    client.acknowledged.get(timeout=PATIENCE)
    client.publish("py/own", "mine", 1)
    client.hears_nothing_but("py/fence")
    client.disconnect()


def shared():
    for version in (mqtt.MQTTv311, mqtt.MQTTv5):
        members = [Client("py-member-%d" % i, version) for i in range(3)]
        for member in members:
            member.subscribe("$share/py/py/shared", 1)
        publisher = Client("py-publisher", version)
        for i in range(30):
            publisher.publish("py/shared", str(i), 1)
        heard = []
        for member in members:
            member.subscribe("py/fence/%s" % member, 0)
        for i, member in enumerate(members):
            member.publish("py/fence/%s" % member, "last")
            payload = member.message().payload.decode()
            while payload != "last":
                heard.append(int(payload))
                payload = member.message().payload.decode()
        assert sorted(heard) == list(range(30)), heard
        for client in members + [publisher]:
            client.disconnect()


globals()[sys.argv[2]]()
