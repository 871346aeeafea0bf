# A service in Ruby on the openid_connect gem (Debian: ruby-openid-connect), one JSON line in, one out. It speaks to
# FranceConnect as démarches-simplifiées does: discovery, code flow with a secret in the body, alphanumeric state and
# nonce of 32, id_token verified by the published keys, logout with id_token_hint.
require 'active_support'
require 'active_support/core_ext'
require 'json'
require 'openid_connect'
require 'securerandom'

# The gem only discovers over https; this test runs on the own machine.
SWD.url_builder = URI::HTTP

discovered = OpenIDConnect::Discovery::Provider::Config.discover!(ENV.fetch('ISSUER'))
keys = discovered.jwks
conf = discovered.as_json.symbolize_keys.merge(
  client_id: ENV.fetch('CLIENT_ID'), identifier: ENV.fetch('CLIENT_ID'), secret: ENV.fetch('CLIENT_SECRET'), redirect_uri: ENV.fetch('REDIRECT_URI')
)
client = OpenIDConnect::Client.new(conf)
state = SecureRandom.alphanumeric(32)
nonce = SecureRandom.alphanumeric(32)
puts JSON.generate(go: client.authorization_uri(scope: [:identite_pivot, :email], state: state, nonce: nonce, acr_values: 'eidas1'))
$stdout.flush

returned = Rack::Utils.parse_query(URI.parse(JSON.parse($stdin.readline)['returned']).query)
raise 'another state' unless returned['state'] == state

client.authorization_code = returned['code']
access_token = client.access_token!(client_auth_method: :secret)
id_token = OpenIDConnect::ResponseObject::IdToken.decode(access_token.id_token, keys)
id_token.verify!(conf.merge(nonce: nonce))
# This version of the gem expects JSON from userinfo; FranceConnect always answers with a signed JWT, as later versions read it.
answer = access_token.get(client.userinfo_uri)
raise "userinfo is #{answer.headers['Content-Type']}" unless answer.headers['Content-Type'].start_with?('application/jwt')

user_info = JSON::JWT.decode(answer.body, keys)
raise 'userinfo speaks of somebody else' unless user_info['sub'] == id_token.sub

logout = { id_token_hint: access_token.id_token, state: state, post_logout_redirect_uri: ENV.fetch('POST_LOGOUT_REDIRECT_URI') }
puts JSON.generate(saw: user_info.to_h.merge(acr: id_token.acr), logout: "#{conf[:end_session_endpoint]}?#{logout.to_query}", state: state)
$stdout.flush
