// The base of a build's own context: it adapts Cake's, so that every Cake alias can be called on it.

using Cake.Core;

namespace Cake.Frosting;

/// <summary>The base class of a build's own context.</summary>
/// <param name="context">Cake's context, which every member is passed on to.</param>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;
