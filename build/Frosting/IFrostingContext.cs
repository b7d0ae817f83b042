// What a task is run with: Cake's context under the name that Cake.Frosting gives it.

using Cake.Core;

namespace Cake.Frosting;

/// <summary>The context of a build.</summary>
public interface IFrostingContext : ICakeContext;
