# SPDX-License-Identifier: Apache-2.0
"""Real mail and name servers, and two small ones of our own that do what no real one can be made to.

Each class starts its server when it is made, is ready to serve when its constructor returns, and ends
with `stop()`. All of them run inside isolation.enter() only.
"""
