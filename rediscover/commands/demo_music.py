"""Invented music for the demo: title – artist, one a line; nobody recorded any of it."""

WEEK_1 = """\
Lanterns on the Canal – Mirela Voss
Paper Tigers – The Quiet Arcade
Slow Tide – Halden & June
Apricot Morning – Sol Ferreira
Nightbus to Lisbon – Velvet Cartographers
Seven Small Thunders – Okko Lindqvist
Honey in the Static – Radio Marguerite
The Cartwheel Years – Ada Brightwater
Glass Orchard – North of Nowhere
Tell It to the Ferns – Juniper Sails
Copper Moon – Ibrahim Adeyemi
A Room Without Clocks – The Quiet Arcade
Sundial – Petra Kova, Nils Aalto
Low Winter Sun – Fjordlights
Marzipan Heart – Cosima Bell
Dust and Tangerines – Los Faroles
Kite Season – Temple Street Choir
Half a Lighthouse – Mirela Voss
Blue Hour Radio – Yuki Tanemura
Driftwood Waltz – Eleanor Pike
Signals – Aster Park
Borrowed Umbrella – Tomás Rivas
Everything Hums – Little Dynamo
The Last Tram – Hanna Weiss
Cinnamon Sky – Bird of Passage
Ode to a Fire Escape – Brooklyn Tilde
Salt on the Window – Gwen Harrow
Evergreen Street – Paper Satellites
Tomorrow Is a Harbour – Halden & June
Soft Machines at Dawn – Aster Park
"""

KEPT_IN_WEEK_2 = ("Copper Moon", "Sundial", "The Last Tram", "Evergreen Street")

NEW_IN_WEEK_2 = """\
Polar Postcards – Fjordlights
Wild Thyme – Sol Ferreira
The Weather Upstairs – Ada Brightwater
Comet Shop – Little Dynamo
Undertow Lullaby – Gwen Harrow
Three Red Bicycles – Los Faroles
Almost Amber – Cosima Bell
Static Gardens – Radio Marguerite
Kingfisher – Eleanor Pike
Ballad of the Spare Key – Tomás Rivas
Silver Birch Avenue – Nils Aalto
Monsoon Letters – Anjali Rao
Upstream – Juniper Sails
One Thousand Teacups – Yuki Tanemura
Moth and Streetlight – Velvet Cartographers
Ginger & Smoke – Ibrahim Adeyemi
Quiet Parade – Temple Street Choir
The Map Is Not the River – North of Nowhere
Postmark Oslo – Okko Lindqvist
Fallow Field – Hanna Weiss
Arcade at Closing Time – The Quiet Arcade
Pillow Fort – Brooklyn Tilde
Long Way to Lowestoft – Bird of Passage
Orbit Again – Paper Satellites
Peppermint Gospel – Anjali Rao, Cosima Bell
Goodnight, Meridian – Mirela Voss
"""
