namespace FireAndForget.Dispatching;

/// <summary>A fresh instance that is to be made, for one component, which has no other on its way.</summary>
internal interface IInstanceBuild
{
    /// <summary>Whether the component's last one took so long that others come first.</summary>
    bool IsSlow { get; }

    /// <summary>Makes it and hands it over; throws nothing.</summary>
    void Make();
}
